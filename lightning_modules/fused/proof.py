"""Compare a member of an ensemble with the same config trained alone."""

from __future__ import annotations

from dataclasses import dataclass

from lightning_modules.fused.members import TrainedMember

TOLERANCE = 1e-5  # of predictions (probabilities or logits) and of losses, in float32


@dataclass(frozen=True)
class Proof:
    """The comparison of a member with its training alone. `reason` states what differs, "" if nothing does.

    `prediction_deviation` is the largest absolute difference of a prediction for the test split. `metrics_equal` states
    whether the metrics of the test are equal: losses within the tolerance, all others, such as the accuracy, exactly.
    """

    run_id: str
    prediction_deviation: float
    metrics_equal: bool
    reason: str = ""

    @property
    def holds(self) -> bool:
        return not self.reason


def prove(trained: TrainedMember, solo: TrainedMember) -> Proof:
    """Compare the predictions, metrics and failures of a member with those of its training alone."""
    return Proof(trained.run_id, float("inf"), trained == solo, "members and trainings alone cannot be compared yet")
