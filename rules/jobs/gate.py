"""Fail if a required deliverable of an experiment is missing. The build prints the missing ones when it ends."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.results.experiment_results import read_results
from rules.results.shortfall import shortfall


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    lab = Lab(Path())
    if shortfall(read_results(lab.results_file(experiment)), read_plan(Path(plan_file)).experiments[experiment]):
        return 1
    write_text(lab.gate(experiment), f"{experiment} delivers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
