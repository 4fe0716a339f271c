"""Many comparisons at once: the more are made, the more of them look like something by chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from agents.statistics.sample import UnusableSample, describe, finite, varies


@dataclass(frozen=True)
class Against:
    """A treatment against the control: `difference` of means with limits that hold for all treatments together."""

    difference: float
    p: float
    low: float
    high: float


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Step-down adjusted p, in the order given. Source: Holm, Scand. J. Stat. 6 (1979) 65.

    By hand: statsmodels collects garbage at every call of its own, which takes longer than all the rest of a test.
    """
    ordered, count = sorted(ps), len(ps)
    return _as_given(ps, accumulate((min(1.0, (count - at) * p) for at, p in enumerate(ordered)), max))


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """p adjusted for the share of false finds, in the order given: for exploring, never for a registered test.

    Source: Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289.
    """
    from scipy.stats import false_discovery_control

    return tuple(map(float, false_discovery_control(ps, method="bh"))) if ps else ()


def dunnett(
    control: Sequence[float], treatments: Sequence[Sequence[float]], level: float = 0.95
) -> tuple[Against, ...]:
    """Each treatment against the control, two-sided, p adjusted for all of them; assumes equal variances.

    Source: Dunnett, JASA 50 (1955) 1096.

    Raises UnusableSample for fewer than two values in a sample, no treatment, or no sample that varies.
    """
    from scipy import stats

    samples = [finite(one) for one in treatments]
    base = finite(control)
    if not samples or min(map(len, [base, *samples])) < 2:
        raise UnusableSample("Dunnett's test takes a control and treatments of two values or more each")
    if not any(varies(one) for one in [base, *samples]):
        raise UnusableSample("no arm varies: seeds may not be in effect, and there is nothing to judge differences by")
    found = stats.dunnett(*samples, control=base, rng=np.random.default_rng(0))
    limits = found.confidence_interval(level)
    return tuple(
        Against(describe(sample).mean - describe(base).mean, min(1.0, float(p)), float(low), float(high))
        for sample, p, low, high in zip(samples, found.pvalue, limits.low, limits.high, strict=True)
    )


def _as_given(ps: Sequence[float], adjusted: Iterable[float]) -> tuple[float, ...]:
    """Adjusted p, ascending, in the order of the p that they are for."""
    places = sorted(range(len(ps)), key=lambda at: ps[at])
    found = dict(zip(places, adjusted, strict=True))
    return tuple(float(found[at]) for at in range(len(ps)))
