"""Decide whether analyses and reports follow a closed gate of the training or the validation."""

from __future__ import annotations

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.stages.names import GateName
from rules.gates.gate import Gate, read_gate

# A closed gate of a later stage always stops: a report is never written from an analysis with objections.
MAY_CONTINUE: tuple[GateName, ...] = ("training", "validation")


def continues(experiment: PlannedExperiment) -> bool:
    """Return whether labelled analyses and reports are written after a closed gate."""
    return bool(experiment.spec.get("on_gate", "stop") == "continue")


def closed_gates(lab: Lab, experiment_id: str) -> tuple[Gate, ...]:
    """Return the closed gates of the training and the validation, in their order."""
    gates = (read_gate(lab, experiment_id, name) for name in MAY_CONTINUE)
    return tuple(gate for gate in gates if gate is not None and not gate.passed)


def is_stopped(lab: Lab, experiment: PlannedExperiment) -> bool:
    """Return whether a closed gate keeps the analyses and reports of an experiment from being written."""
    return not continues(experiment) and bool(closed_gates(lab, experiment.id))
