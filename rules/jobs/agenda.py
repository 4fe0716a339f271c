"""Write the agenda of an experiment: the tasks of its analysts."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.analysis.tasks import make_agenda
from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from compiler.spec.agent_entry_points import analysis_titles
from rules.reporting.load_case import read_case


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    case = read_case(lab, plan, experiment)
    titles = analysis_titles(plan.experiments[experiment].spec)
    write_json(lab.agenda(experiment), make_agenda(case, titles).to_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
