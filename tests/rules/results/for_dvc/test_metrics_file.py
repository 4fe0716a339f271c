"""The metrics of an experiment for DVC are those of its results, without values that DVC cannot read."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from compiler.base.json_files import json_bytes
from rules.results.content.summary import ArmSummary, BestArm, BestValue, MetricSummary, SummaryMetrics
from rules.results.for_dvc.metrics_file import metrics_content
from tests.run_files import experiment_results


def arm(level: dict[str, Any], n: int, failed: int = 0, **metrics: float) -> ArmSummary:
    return ArmSummary(level, n, failed, {name: MetricSummary(value, None, n) for name, value in metrics.items()})


LOW, HIGH = arm({"lr": 0.1}, 2, accuracy=0.123456789012345678, loss=1.5), arm({"lr": 1.0}, 1, 1, accuracy=0.5)
SUMMARIES: dict[str, tuple[SummaryMetrics, dict[str, Any]]] = {
    "two arms": (
        SummaryMetrics("accuracy", (LOW, HIGH), BestArm({"lr": 0.1}, 0.1, None, 2), BestValue(0.7, {}, "run")),
        {
            "runs": {"completed": 3, "failed": 1},
            "best_run": {"accuracy": 0.7},
            "best_arm": {"accuracy": 0.123456789012345678, "loss": 1.5},
            "arms": {"lr=0.1": {"accuracy": 0.123456789012345678}, "lr=1.0": {"accuracy": 0.5}},
        },
    ),
    "one setting": (
        SummaryMetrics("accuracy", (arm({}, 1, accuracy=0.9),), BestArm({}, 0.9, None, 1)),
        {"runs": {"completed": 1, "failed": 0}, "best_arm": {"accuracy": 0.9}},
    ),
    "only failed runs": (
        SummaryMetrics("accuracy", (arm({"lr": 1}, 0, 2), arm({"lr": 2}, 0, 1)), None),
        {"runs": {"completed": 0, "failed": 3}, "arms": {"lr=1": {}, "lr=2": {}}},
    ),
    "values that are not finite": (
        SummaryMetrics("accuracy", (arm({}, 2, accuracy=math.nan, loss=math.inf),), BestArm({}, math.nan, None, 2)),
        {"runs": {"completed": 2, "failed": 0}},
    ),
    "many arms": (
        SummaryMetrics("accuracy", tuple(arm({"lr": i}, 1, accuracy=0.1) for i in range(21)), None),
        {"runs": {"completed": 21, "failed": 0}},
    ),
}


@pytest.mark.parametrize(("summary", "expected"), SUMMARIES.values(), ids=SUMMARIES)
def test_metrics_are_those_of_the_results(summary: SummaryMetrics, expected: dict[str, Any]) -> None:
    content = metrics_content(experiment_results(summary_metrics=summary, verdict="supported"))
    general = {"schema_version": 1, "outcome": "partial_success", "verdict": "supported", "standing": "confirmatory"}
    assert json.loads(json_bytes(content)) == general | expected
