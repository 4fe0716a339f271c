"""Return the gate of an experiment that a person or the policy has admitted."""

from __future__ import annotations

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from lab.approvals.decision import Decision
from lab.approvals.file_names import file_name
from rules.gates.experiment_gate import experiment_gate
from rules.gates.gate import Decider, Gate


def admission_gate(lab: Lab, experiment: PlannedExperiment, decision: Decision) -> Gate:
    """Return the gate of an experiment that a decision admits, with the hashes of its spec and of the decision."""
    decider = Decider(decision.by.kind, decision.by.name)
    gate = experiment_gate(experiment, decider, f"{decision.by} has {decision.outcome} it ({decision.how})")
    return gate.with_inputs(lab, [lab.root / experiment.file, lab.approvals / file_name(decision)])
