"""Write the agenda of an experiment: who analyses what, what cannot be told, what failed."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.coordinator import agenda
from compiler.json_files import read_json, write_json
from compiler.paths import Lab
from compiler.written import pipeline
from rules.case import read_case


def main() -> int:
    file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_json(Path(file))
    case = read_case(lab, plan, experiment)
    titles = pipeline(plan["experiments"][experiment])
    write_json(lab.agenda(experiment), agenda(case, titles).to_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
