"""Prepare the publication of an experiment. A closed gate is written down and is no error of the job."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from lab.publication.publish import publish


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    gate = publish(Lab(Path()), read_plan(Path(plan_file)), experiment)
    print(gate.why)
    return 0


if __name__ == "__main__":
    sys.exit(main())
