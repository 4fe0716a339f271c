"""Admit the experiments of a build whose specs pass the gate of the experiment."""

from __future__ import annotations

from collections.abc import Callable, Collection

from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from rules.gates.experiment_gate import experiment_gate, experiment_gate_errors
from rules.gates.gate import write_gate

Admit = Callable[[Lab, Plan, Collection[str]], None]  # raises WorkflowError; the names are those of the experiments


def admit_specs(lab: Lab, plan: Plan, names: Collection[str]) -> None:
    """Write the gate of each experiment. Without a queue or approvals, a spec that passes is admitted.

    Raises:
        WorkflowError: A spec does not pass. The error lists all problems of all specs.
    """
    require_experiment_gates(lab, plan, names)
    for name in names:
        write_gate(lab, name, experiment_gate(plan.experiments[name]))


def require_experiment_gates(lab: Lab, plan: Plan, names: Collection[str]) -> None:
    """Raise WorkflowError if a spec does not pass the gate of the experiment."""
    problems = [line for name in sorted(names) for line in experiment_gate_errors(lab.root, plan.experiments[name])]
    if problems:
        raise WorkflowError("\n".join((*problems, "Nothing was built, because these specs state too little.")))
