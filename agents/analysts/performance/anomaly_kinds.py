"""What is looked for in the course of one metric of one run, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agents.analysts.performance import anomaly_detectors as anomalies
from agents.analysts.performance.metric_series import epoch_curve, is_loss
from agents.analysts.shared.derived_facts import constant_fact
from agents.facts.fact import Fact, Value
from agents.facts.number_format import FIXED
from agents.facts.series import Series

POINTS_ID = "performance.anomaly.least_points"
SPIKE_ID = "performance.spike.robust_z"
FACTOR_ID = "performance.divergence.factor"


@dataclass(frozen=True)
class AnomalyKind:
    """`sees` gives the run's fact; it is a sign where that is true. `words` follow "in so many of the runs", with
    METRIC for the metric's name, and rest on `constants`. What is no trouble is told as a result."""

    kind: str
    words: str
    sees: Callable[[Series], Value]
    constants: tuple[str, ...] = ()
    is_heuristic: bool = True
    is_trouble: bool = True


def not_finite(series: Series) -> Value:
    """The epoch in which the first value that is not finite was logged."""
    index = anomalies.first_not_finite(series.values)
    return None if index is None else series.epochs[index]


def spike_count(series: Series) -> Value:
    return len(anomalies.spikes(series.values))


def has_diverged(series: Series) -> Value:
    return anomalies.diverged(series.values)


def is_flat(series: Series) -> Value:
    return anomalies.plateau(epoch_curve(series).values)


NOT_FINITE = AnomalyKind("not_finite", "METRIC has values that are not finite", not_finite, is_heuristic=False)
SPIKES = AnomalyKind(
    "spikes",
    f"METRIC has spikes: a robust z of {{{{f:{SPIKE_ID}}}}} or beyond against the values before it",
    spike_count,
    (SPIKE_ID,),
)
DIVERGENCE = AnomalyKind(
    "divergence",
    f"METRIC ends beyond {{{{f:{FACTOR_ID}}}}} times its opening value",
    has_diverged,
    (FACTOR_ID,),
)
PLATEAU = AnomalyKind(
    "plateau",
    "METRIC has no slope over the closing part that can be told from none",
    is_flat,
    is_trouble=False,
)


def kinds_for(metric: str, metrics: Sequence[str]) -> Iterator[AnomalyKind]:
    """Jumps are looked for at every step where steps were logged, slopes by epoch."""
    yield NOT_FINITE
    if is_loss(metric):
        yield from () if f"{metric}_step" in metrics else (SPIKES, DIVERGENCE)
        yield from () if metric.endswith("_step") else (PLATEAU,)


def is_long(series: Series) -> bool:
    return len(series.values) >= anomalies.LEAST_POINTS


def constants() -> tuple[Fact, ...]:
    """The numbers that the heuristics were written with."""
    return (
        constant_fact(POINTS_ID, anomalies.LEAST_POINTS, "points", "points that a heuristic needs", anomalies.spikes),
        constant_fact(SPIKE_ID, anomalies.SPIKE_Z, FIXED, "robust z from which a jump is a spike", anomalies.spikes),
        constant_fact(FACTOR_ID, anomalies.DIVERGED_FACTOR, FIXED, "multiple that is a divergence", anomalies.diverged),
    )
