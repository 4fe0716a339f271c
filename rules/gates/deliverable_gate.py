"""Decide the gate of the deliverables: every required deliverable is met on the runs that it is checked on."""

from __future__ import annotations

from rules.gates.gate import Gate, decide
from rules.results.experiment_results import ExperimentResults


def deliverable_gate(results: ExperimentResults) -> Gate:
    """Return the gate. Deliverables that are checked on a report belong to the gate of the reports."""
    required = {name: value for name, value in results.deliverables_status.items() if value.required}
    reasons = {name: "" if value.validated else f"{value.status}: {value.detail}" for name, value in required.items()}
    return decide("deliverables", reasons, __name__)
