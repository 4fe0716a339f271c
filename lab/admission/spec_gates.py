"""Refuse a build whose specs state too little."""

from __future__ import annotations

from collections.abc import Collection

from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from rules.gates.experiment_gate import experiment_gate_errors


def require_experiment_gates(lab: Lab, plan: Plan, names: Collection[str]) -> None:
    """Check the gate of each experiment.

    Raises:
        WorkflowError: A spec does not pass. The error lists all problems of all specs.
    """
    problems = [line for name in sorted(names) for line in experiment_gate_errors(lab.root, plan.experiments[name])]
    if problems:
        raise WorkflowError("\n".join((*problems, "Nothing was built, because these specs state too little.")))
