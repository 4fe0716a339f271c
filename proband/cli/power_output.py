"""Print warnings about the power of registered tests to standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from compiler.base.paths import Lab
from compiler.plan.model import Plan


def print_power_warnings(lab: Lab, plan: Plan, names: Sequence[str]) -> None:
    """Print a line for each test that no outcome could decide or whose power is low."""
    experiments = [plan.experiments[name] for name in names if name in plan.experiments]
    if not any(experiment.design.test for experiment in experiments):
        return
    from rules.planning.power_warnings import power_warnings  # imports numpy

    for experiment in experiments:
        for line in power_warnings(lab, plan, experiment):
            print(f"warning: {line}", file=sys.stderr)
