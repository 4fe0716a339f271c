"""`training_metrics`: a JSON file in which the required keys have finite numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists

NOT_METRICS = frozenset({"schema_version", "n", "epochs", "steps"})  # present even if the model logs nothing
_MAX_NAMES = 20  # in a message


class TrainingMetrics(Deliverable):
    path: str = "output/metrics.json"
    validation: Literal["contains_keys", "exists"] = "contains_keys"
    required_keys: list[Annotated[str, Field(min_length=1)]] = []

    @model_validator(mode="after")
    def _check_keys_given(self) -> Self:
        if self.validation == "contains_keys" and not self.required_keys:
            raise ValueError("contains_keys needs required_keys, such as [train_loss, eval_loss]")
        return self

    def metrics(self) -> Mapping[str, str]:
        return {f"required_keys.{index}": key for index, key in enumerate(self.required_keys)}


def contains_keys(run: FinishedRun, spec: TrainingMetrics) -> CheckResult:
    """Check that each required key has a finite number."""
    try:
        metrics = read_object(run.folder, spec.path)
    except UnreadableArtifact as error:
        return CheckResult(False, str(error))
    missing = [key for key in spec.required_keys if key not in metrics]
    if missing:
        return CheckResult(False, f"{spec.path} lacks {', '.join(missing)}{written_metrics(metrics)}")
    not_finite = [key for key in spec.required_keys if not is_finite_number(metrics[key])]
    if not_finite:
        return CheckResult(False, f"{spec.path}: not a finite number: {', '.join(not_finite)}")
    return CheckResult(True, f"{spec.path} has {', '.join(spec.required_keys)}")


def written_metrics(metrics: Mapping[str, Any]) -> str:
    """Return the names of the metrics in a file as the end of a message, "" if there are none."""
    names = sorted(name for name, value in metrics.items() if name not in NOT_METRICS and is_measured(value))
    return f" (it has {', '.join(names[:_MAX_NAMES])}{', …' if len(names) > _MAX_NAMES else ''})" if names else ""


def is_measured(value: object) -> bool:
    """Return whether a value is a number, or null, which replaces a number that is not finite."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def is_finite_number(value: object) -> bool:
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer that is larger than any float
        return False


TYPE = DeliverableType("training_metrics", TrainingMetrics, {"contains_keys": contains_keys, "exists": exists})
