"""`evaluation_results`: a metric of the test split is compared with a threshold in the spec."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists
from compiler.deliverables.training_metrics import is_finite_number, written_metrics

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
}


class EvaluationResults(Deliverable):
    path: str = "output/eval_results.json"
    validation: Literal["threshold", "exists"] = "threshold"
    metric: str | None = None
    operator: Literal[">=", ">", "<=", "<", "==", "!="] | None = None
    value: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _check_complete(self) -> Self:
        missing = [name for name in ("metric", "operator", "value") if getattr(self, name) is None]
        if self.validation == "threshold" and missing:
            raise ValueError(f"threshold needs {', '.join(missing)}")
        return self

    def metrics(self) -> Mapping[str, str]:
        return {"metric": self.metric} if self.metric else {}

    @property
    def requirement(self) -> str:
        """The threshold as text: `accuracy >= 0.85`."""
        return f"{self.metric} {self.operator} {self.value:g}"


def threshold(run: FinishedRun, spec: EvaluationResults) -> CheckResult:
    """Check that the metric is a finite number and meets the threshold."""
    try:
        results = read_object(run.folder, spec.path)
    except UnreadableArtifact as error:
        return CheckResult(False, str(error))
    measured: Any = results.get(str(spec.metric))
    if not is_finite_number(measured):
        problem = f"{spec.path} has no finite number for {spec.metric}"
        reason = f" ({results['not_tested']})" if results.get("not_tested") else written_metrics(results)
        return CheckResult(False, problem if spec.metric in results else problem + reason)
    passed = bool(OPERATORS[str(spec.operator)](measured, spec.value))
    return CheckResult(passed, f"{spec.metric} is {measured:g}, required: {spec.requirement}")


TYPE = DeliverableType("evaluation_results", EvaluationResults, {"threshold": threshold, "exists": exists})
