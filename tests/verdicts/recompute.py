"""Compute the numbers of a contrast with scipy and statsmodels alone, without the code of the registered test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW


def contrast_numbers(
    treatment: Sequence[float], control: Sequence[float], bound: float, alpha: float, *, paired: bool = False
) -> dict[str, float]:
    """Return difference, interval at level 1 - alpha, effect size, p of both tests against the bound, and their p."""
    a, b = np.array(treatment), np.array(control)
    t_test = stats.ttest_rel(a - bound, b) if paired else stats.ttest_ind(a - bound, b, equal_var=False)
    permuted = stats.permutation_test(
        (a - bound, b),
        lambda x, y, axis: np.mean(x, axis=axis) - np.mean(y, axis=axis),
        permutation_type="samples" if paired else "independent",
        n_resamples=np.inf,
        vectorized=True,
    )
    if paired:
        low, high = DescrStatsW(a - b).tconfint_mean(alpha)
    else:
        low, high = CompareMeans(DescrStatsW(a), DescrStatsW(b)).tconfint_diff(alpha, usevar="unequal")
    return {
        "difference": float(np.mean(a) - np.mean(b)),
        "low": float(low),
        "high": float(high),
        "hedges_g": _hedges_g(a, b),
        "superiority": float(stats.mannwhitneyu(a, b).statistic / (a.size * b.size)),
        "p_welch": float(t_test.pvalue),
        "p_permutation": float(permuted.pvalue),
        "p": float(max(t_test.pvalue, permuted.pvalue)),
    }


def adjusted(ps: Sequence[float]) -> list[float]:
    return [float(p) for p in multipletests(ps, method="holm")[1]]


def interval_alphas(ps: Sequence[float], alpha: float) -> list[float]:
    """Return alpha / (m - k + 1) of the step k at which Holm rejects each p, or at which it stops."""
    order = list(np.argsort(ps, kind="stable"))
    rejected = multipletests(ps, alpha, method="holm")[0]
    steps = [alpha / (len(ps) - rank) for rank in range(len(ps))]
    stop = next((steps[rank] for rank, index in enumerate(order) if not rejected[index]), 0.0)
    return [steps[order.index(index)] if rejected[index] else stop for index in range(len(ps))]


def verdict(numbers: dict[str, float], p_adjusted: float, bound: float, alpha: float) -> str:
    """Return the outcome of a claim of superiority on a metric that is to be maximized."""
    if p_adjusted > alpha:
        return "inconclusive"
    return "supported" if numbers["difference"] > bound else "refuted"


def _hedges_g(a: np.ndarray, b: np.ndarray) -> float:
    degrees = a.size + b.size - 2
    pooled = np.sqrt(((a.size - 1) * a.var(ddof=1) + (b.size - 1) * b.var(ddof=1)) / degrees)
    correction = np.exp(special.gammaln(degrees / 2) - special.gammaln((degrees - 1) / 2)) / np.sqrt(degrees / 2)
    return float(correction * (np.mean(a) - np.mean(b)) / pooled)
