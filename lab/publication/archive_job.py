"""Publish one experiment for the target that is its archive. Fail if the gate of its publication is closed.

The publication is decided again, because the gate that exists may be older than the package, or edited by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import read_plan
from lab.publication.publish import publish


def main() -> int:
    plan_file, experiment = sys.argv[1:]
    gate = publish(Lab(Path()), read_plan(Path(plan_file)), experiment)
    print(gate.why if gate.passed else f"{experiment}: not published: {gate.why}")
    return 0 if gate.passed else 1


if __name__ == "__main__":
    sys.exit(main())
