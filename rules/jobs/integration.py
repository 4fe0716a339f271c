"""Bring the analyses of an experiment together."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.integration import integration
from compiler.json_files import read_json
from compiler.paths import Lab
from rules.analysis_files import read_analyses, write_integration
from rules.case import read_case


def main() -> int:
    plan, experiment = sys.argv[1:]
    lab = Lab(Path())
    case = read_case(lab, read_json(Path(plan)), experiment)
    analyses = read_analyses(lab, case)
    write_integration(lab, case, integration(case, analyses), analyses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
