"""The kinds of anomalies that are searched for in the series of one metric of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.analysts.performance import anomaly_detectors as detectors
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
    """A kind of anomaly and the clause that reports it.

    `clause` is a template that follows "in 2 of 5 runs". METRIC in it is replaced by the placeholder of the metric's
    name. `constants` are the ids of the facts to which the clause refers. A kind that is not an anomaly is reported as
    a result.
    """

    name: str
    clause: str
    constants: tuple[str, ...] = ()
    is_heuristic: bool = True
    is_anomaly: bool = True


def not_finite(series: Series) -> Value:
    """Return the epoch in which the first value that is not finite was logged."""
    index = detectors.first_not_finite(series.values)
    return None if index is None else series.epochs[index]


def spike_count(series: Series) -> Value:
    return len(detectors.spikes(series.values))


def has_diverged(series: Series) -> Value:
    return detectors.diverged(series.values)


def is_flat(series: Series) -> Value:
    return detectors.plateau(epoch_curve(series).values)


NOT_FINITE = AnomalyKind("not_finite", "METRIC has values that are not finite", is_heuristic=False)
SPIKES = AnomalyKind(
    "spikes",
    f"METRIC has spikes, with a robust z of {{{{f:{SPIKE_ID}}}}} or beyond relative to the preceding values",
    (SPIKE_ID,),
)
DIVERGENCE = AnomalyKind(
    "divergence", f"METRIC ends beyond {{{{f:{FACTOR_ID}}}}} times its initial value", (FACTOR_ID,)
)
PLATEAU = AnomalyKind("plateau", "METRIC has no detectable slope over the closing part of training", is_anomaly=False)

DETECTORS: Mapping[AnomalyKind, Callable[[Series], Value]] = {
    NOT_FINITE: not_finite,
    SPIKES: spike_count,
    DIVERGENCE: has_diverged,
    PLATEAU: is_flat,
}
"""Map each kind to the function that computes the value of a run's fact. A true value means that the run shows it."""


def kinds_for(metric: str, metrics: Sequence[str]) -> Iterator[AnomalyKind]:
    """Yield the kinds to search for in a metric.

    Spikes and divergence are searched in the values of each step if these were logged, plateaus in those of each epoch.
    """
    yield NOT_FINITE
    if is_loss(metric):
        yield from () if f"{metric}_step" in metrics else (SPIKES, DIVERGENCE)
        yield from () if metric.endswith("_step") else (PLATEAU,)


def is_long(series: Series) -> bool:
    """Return whether the series has enough points for the heuristics."""
    return len(series.values) >= detectors.LEAST_POINTS


def constants() -> tuple[Fact, ...]:
    """Return the constants of the heuristics as facts."""
    return (
        constant_fact(POINTS_ID, detectors.LEAST_POINTS, "points", "points that a heuristic needs", detectors.spikes),
        constant_fact(SPIKE_ID, detectors.SPIKE_Z, FIXED, "robust z from which a jump is a spike", detectors.spikes),
        constant_fact(FACTOR_ID, detectors.DIVERGED_FACTOR, FIXED, "multiple that is a divergence", detectors.diverged),
    )
