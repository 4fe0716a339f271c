"""Bring the analyses of an experiment together."""

from __future__ import annotations

import sys
from pathlib import Path

from agents.analysis import Analysis
from agents.integration import integration
from compiler.json_files import read_json, write_json
from compiler.paths import Lab
from rules.case import read_case


def main() -> int:
    plan, experiment = sys.argv[1:]
    lab = Lab(Path())
    case = read_case(lab, read_json(Path(plan)), experiment)
    found = integration(case, read_analyses(lab, experiment, case.spec["analysis_pipeline"]))
    write_json(lab.integration(experiment), found.model_dump(mode="json"))
    return 0


def read_analyses(lab: Lab, experiment: str, analysts: list[str]) -> list[Analysis]:
    """In the order of the pipeline."""
    return [Analysis.model_validate(read_json(lab.analysis(experiment, name))) for name in dict.fromkeys(analysts)]


if __name__ == "__main__":
    sys.exit(main())
