"""Run one analyst on an experiment, and write its analysis."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.reporting.load_case import read_case
from rules.reporting.optional_rewording import optional_rewording
from rules.reporting.run_analyst import AnalystFailed, write_analysis


def main() -> int:
    plan_file, experiment, title = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    target = plan.experiments[experiment].analyses[title].target
    rewording = optional_rewording(lab, plan, experiment)
    try:
        write_analysis(lab, read_case(lab, plan, experiment), title, target, rewording)
    except AnalystFailed as error:
        traceback.print_exception(error.__cause__)
        print(f"{experiment}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
