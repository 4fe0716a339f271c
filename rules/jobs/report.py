"""Write a report of an experiment in all its formats."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.reporting.write_report import write_report


def main() -> int:
    plan_file, experiment, title = sys.argv[1:]
    write_report(Lab(Path()), read_plan(Path(plan_file)), experiment, title)
    return 0


if __name__ == "__main__":
    sys.exit(main())
