"""Decide the gate of the validation: required deliverables other than thresholds are met, and the data are intact."""

from __future__ import annotations

from rules.gates.gate import Gate, decide
from rules.gates.training_gate import is_threshold, required_deliverables, unmet
from rules.results.experiment_results import ExperimentResults

INTEGRITY = "data integrity"  # with a space, which no name of a deliverable has
_WHY = "every other required deliverable is met, and no artifact has changed since its run"


def validation_gate(results: ExperimentResults) -> Gate:
    """Return the gate. Deliverables that are checked on a report belong to the gate of the reports."""
    others = {name: value for name, value in required_deliverables(results).items() if not is_threshold(value)}
    reasons = {name: unmet(value) for name, value in others.items()} | {INTEGRITY: _damage(results)}
    return decide("validation", reasons, __name__, _WHY)


def _damage(results: ExperimentResults) -> str:
    """Return the damaged artifacts, "" if there are none. Damage counts in every run, also of other arms."""
    return "; ".join(results.damaged_artifacts)
