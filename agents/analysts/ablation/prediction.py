"""The predicted metric of a run that was not trained, and the facts and finding that report it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agents.analysis.analysis_schema import Finding
from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.derived_facts import derived_fact
from agents.facts.fact import Fact, Value
from agents.facts.ids import label, level_key
from agents.statistics import describe, prediction_interval

PREFIX = "ablation.what_if"
LEVEL = 0.95  # probability of a prediction interval
MIN_RUNS = 3  # of a setting; fewer do not suffice to estimate the variation between runs


@dataclass(frozen=True)
class Prediction:
    """The predicted metric of a new run, with a prediction interval at `LEVEL`."""

    mean: float
    low: float
    high: float


def prediction_key(levels: Mapping[str, Any]) -> str:
    """Return the id prefix of the facts of a prediction."""
    return f"{PREFIX}[{level_key(levels)}]"


def prediction_facts(
    sweep: SweepResults,
    levels: Mapping[str, Any],
    prediction: Prediction,
    inputs: Sequence[Fact],
    subject: str,
    function: Callable[..., Any],
) -> Iterator[Fact]:
    """Yield setting, mean, interval and confidence level, in this order. `function` computed the interval."""
    unit, setting = inputs[0].unit, ", ".join(f"{factor} = {label(level)}" for factor, level in levels.items())
    mean_function = describe if function is prediction_interval else function
    rows: tuple[tuple[str, Value, str, str, Callable[..., Any]], ...] = (
        ("setting", setting, "text", "setting", prediction_facts),
        ("mean", prediction.mean, unit, "mean", mean_function),
        ("low", _within_unit(prediction.low, unit), unit, "lower limit", function),
        ("high", _within_unit(prediction.high, unit), unit, "upper limit", function),
        ("confidence", 100 * LEVEL, "percent", "confidence", prediction_facts),
    )
    for name, value, value_unit, quantity, producer in rows:
        full_label = f"{quantity} of the predicted {sweep.metric} of a fresh run with {setting}"
        fact_id = f"{prediction_key(levels)}.{name}"
        fact = derived_fact(fact_id, value, value_unit, full_label, subject, inputs, producer)
        yield replace(fact, is_prediction=True, is_post_hoc=True)


def prediction_finding(name: str, text: str, fact_ids: Sequence[str]) -> Finding:
    return Finding(id=name, kind="prediction", text=text, facts=tuple(fact_ids))


def _within_unit(limit: float, unit: str) -> float:
    """Return the limit, clipped to 0 and 1 if the metric is a share. A t interval may extend beyond this range."""
    return min(max(limit, 0.0), 1.0) if unit == "share" else limit
