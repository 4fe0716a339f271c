"""`training_metrics`: a JSON file that has the promised keys, each a finite number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists


class TrainingMetrics(Deliverable):
    path: str = "output/metrics.json"
    validation: Literal["contains_keys", "exists"] = "contains_keys"
    required_keys: list[Annotated[str, Field(min_length=1)]] = []

    @model_validator(mode="after")
    def _names_its_keys(self) -> Self:
        if self.validation == "contains_keys" and not self.required_keys:
            raise ValueError("contains_keys needs required_keys, such as [train_loss, eval_loss]")
        return self

    def metrics(self) -> Mapping[str, str]:
        return {f"required_keys.{index}": key for index, key in enumerate(self.required_keys)}


def contains_keys(evidence: FinishedRun, spec: TrainingMetrics) -> CheckResult:
    """Each required key holds a finite number."""
    try:
        found = read_object(evidence.folder, spec.path)
    except UnreadableArtifact as error:
        return CheckResult(False, str(error))
    missing = [key for key in spec.required_keys if key not in found]
    if missing:
        return CheckResult(False, f"{spec.path} lacks {', '.join(missing)}")
    odd = [key for key in spec.required_keys if not finite_number(found[key])]
    if odd:
        return CheckResult(False, f"{spec.path}: not a finite number: {', '.join(odd)}")
    return CheckResult(True, f"{spec.path} has {', '.join(spec.required_keys)}")


def finite_number(value: object) -> bool:
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False


TYPE = DeliverableType("training_metrics", TrainingMetrics, {"contains_keys": contains_keys, "exists": exists})
