"""Write the metrics of an experiment for `dvc metrics show` and `dvc metrics diff`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rules.results.content.summary import ArmSummary, SummaryMetrics
from rules.results.experiment_results import ExperimentResults

SCHEMA_VERSION = 1
_MAX_ARMS = 20  # DVC prints a column for each


def metrics_content(results: ExperimentResults) -> dict[str, Any]:
    """Return the content of the file: outcome, verdict, standing, numbers of runs, best values, means of arms.

    The values are those of results.json. A value that no run has, or that is not finite, is left out, because DVC
    cannot read it. There is no time in the file, so that equal results give equal bytes.
    """
    summary = results.summary_metrics
    content: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "outcome": results.status,
        "runs": {"completed": sum(arm.n for arm in summary.arms), "failed": sum(arm.failed for arm in summary.arms)},
    }
    if results.verdict is not None:
        content["verdict"] = results.verdict
        content["standing"] = results.registration.standing  # an exploratory verdict confirms nothing
    if summary.best_value is not None:
        content["best_run"] = _finite({summary.metric: summary.best_value.value})
    if summary.best is not None:
        content["best_arm"] = _means(_arm(summary, summary.best.level))
    if 1 < len(summary.arms) <= _MAX_ARMS:
        content["arms"] = {arm_name(arm): _means(arm, summary.metric) for arm in summary.arms}
    return {key: value for key, value in content.items() if value != {}}


def arm_name(arm: ArmSummary) -> str:
    """Return the name of an arm: `model.lr=0.01`, or `base` if nothing is swept."""
    return ",".join(f"{key}={value}" for key, value in arm.level.items()) or "base"


def _arm(summary: SummaryMetrics, level: Mapping[str, Any]) -> ArmSummary:
    return next(arm for arm in summary.arms if arm.level == level)


def _means(arm: ArmSummary, only: str | None = None) -> dict[str, float]:
    return _finite({name: metric.mean for name, metric in arm.metrics.items() if only in (None, name)})


def _finite(values: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if math.isfinite(value)}
