"""Write a report of an experiment in all its formats. Fail if the quality review has objections to it."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from rules.gates.report_gate import update_report_gate
from rules.reporting.drafts import DocumentRejected
from rules.reporting.write_report import write_report


def main() -> int:
    plan_file, experiment, title = sys.argv[1:]
    lab, plan = Lab(Path()), read_plan(Path(plan_file))
    try:
        write_report(lab, plan, experiment, title)
    except DocumentRejected as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        update_report_gate(lab, plan.experiments[experiment])
    return 0


if __name__ == "__main__":
    sys.exit(main())
