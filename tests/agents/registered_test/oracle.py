"""Reference implementation of the decision rule, written from its description and independent of the tool's code.

`decide(experiment)` returns one decision for each claim. An experiment has `goal`, `alpha`, `order` (holm or fixed),
`on_failure` (worst, refuse or exclude), `worst` (a number or None) and `claims`. A claim has `type`, `margin`,
`treatment` and `control`. An arm is a list of numbers, or {block: numbers}; None is a failed run. With `shared_seeds`,
numbers at equal positions have the same seed in all blocks. All values are multiplied by the sign of the goal, so that
more is better. Interactions are not covered.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

ROUNDING = 1e-12  # of p <= alpha
Floats = NDArray[np.float64]
Data = list[tuple[Floats, Floats]]  # treatment and control in each block
Decision = dict[str, Any]


class Untestable(Exception):
    """The claim cannot be decided by any outcome of these runs."""


def decide(experiment: Mapping[str, Any]) -> list[Decision]:
    claims, alpha, is_fixed = experiment["claims"], experiment["alpha"], experiment["order"] == "fixed"
    measured = [_measure(claim, experiment) for claim in claims]
    floors = [item["floor"] for item in measured]
    smallest = floors if is_fixed else [adjusted for _, adjusted, _ in _holm(floors, alpha)]
    for item, floor in zip(measured, smallest, strict=True):
        if "reason" not in item and floor > alpha + ROUNDING:
            item["reason"] = "no outcome reaches alpha"
    ps = [1.0 if "reason" in item else item["p"] for item in measured]
    steps = [(p <= alpha + ROUNDING, p, alpha) for p in ps] if is_fixed else _holm(ps, alpha)
    decisions: list[Decision] = []
    is_closed = False
    for claim, item, (rejected, adjusted, level) in zip(claims, measured, steps, strict=True):
        if "reason" in item:
            decisions.append({"verdict": "untestable", "reason": item["reason"]})
        else:
            word = "inconclusive" if is_closed else _verdict(claim, item, rejected, level)
            p_adjusted = None if is_closed else adjusted
            limits = _interval(item["welch"], level)
            decisions.append({"verdict": word, "p": item["p"], "p_adjusted": p_adjusted, "interval": limits})
        is_closed = is_closed or (is_fixed and decisions[-1]["verdict"] != "supported")
    return decisions


def _measure(claim: Mapping[str, Any], experiment: Mapping[str, Any]) -> dict[str, Any]:
    try:
        data, largest = _data(claim, experiment)
        welch = _welch(data, largest)
    except Untestable as error:
        return {"reason": str(error), "floor": 1.0}
    margin = claim["margin"]
    if claim["type"] == "equivalence":
        p = 2 * max(_welch_tails(welch, -margin)[0], _welch_tails(welch, margin)[1])
        permuted = [_permutation_tails(data, bound, largest) for bound in (-margin, margin)]
        p = max(p, 2 * permuted[0][0], 2 * permuted[1][1])
    else:
        bound = margin if claim["type"] == "superiority" else -margin
        p = max(_two_sided(_welch_tails(welch, bound)), _two_sided(_permutation_tails(data, bound, largest)))
    floor = 2 / math.prod(math.comb(len(t) + len(c), len(t)) for t, c in data)
    return {"data": data, "largest": largest, "welch": welch, "p": min(1.0, p), "floor": min(1.0, floor)}


def _data(claim: Mapping[str, Any], experiment: Mapping[str, Any]) -> tuple[Data, float]:
    """Return the values of both arms in each stratum, and the largest absolute value that they come from."""
    sign, policy = 1.0 if experiment["goal"] == "maximize" else -1.0, experiment["on_failure"]
    treatment, control = (a if isinstance(a, dict) else {"": a} for a in (claim["treatment"], claim["control"]))
    arms = [[x for block in arm.values() for x in block] for arm in (treatment, control)]
    observed = [sign * x for arm in arms for x in arm if x is not None]
    any_failed = len(observed) < sum(map(len, arms))
    if policy == "refuse" and any_failed:
        raise Untestable("a run failed")
    if min(sum(x is not None for x in arm) for arm in arms) < 2:
        raise Untestable("fewer than two observed runs in an arm")
    if any_failed and policy == "worst" and experiment["worst"] is None and claim["type"] != "superiority":
        raise Untestable("the worst value is not declared")
    worst = min(observed) if experiment["worst"] is None else min(sign * experiment["worst"], *observed)
    if experiment.get("shared_seeds") and len(treatment) > 1:
        return _means_of_seeds([treatment, control], sign, None if policy == "exclude" else worst)
    are_pairs = len(treatment) > 1 and all(len(treatment[b]) == len(control.get(b, [])) == 1 for b in treatment)
    data: Data = []
    for block in treatment:
        both = [arm[block] for arm in (treatment, control)]
        if policy == "exclude":
            both = [[x for x in arm if x is not None] for arm in both]
            if are_pairs and not all(both):
                continue
        filled = [np.array([worst if x is None else sign * x for x in arm]) for arm in both]
        if min(map(len, filled)) == 0:
            raise Untestable("a block lacks an arm")
        data.append((filled[0], filled[1]))
    if are_pairs and len(data) < 2:
        raise Untestable("fewer than two pairs")
    return data, float(max(np.abs(arm).max() for pair in data for arm in pair))


def _means_of_seeds(arms: Sequence[Mapping[str, Any]], sign: float, fill: float | None) -> tuple[Data, float]:
    """Return the mean of each seed over all blocks, for the seeds with a value in every block."""
    means, largest = [], 0.0
    for arm in arms:
        seeds = [[fill if x is None else sign * x for x in seed] for seed in zip(*arm.values(), strict=False)]
        complete = [seed for seed in seeds if None not in seed]
        if len(complete) < 2:
            raise Untestable("fewer than two seeds in every block")
        means.append(np.mean(complete, axis=1))
        largest = max(largest, np.abs(complete).max())
    return [(means[0], means[1])], float(largest)


def _tolerance(data: Data, largest: float) -> float:
    return float(4 * 2.0**-24 * max(largest, *(np.abs(arm).max() for pair in data for arm in pair)))


def _welch(data: Data, largest: float) -> tuple[float, float, float]:
    """Return the difference, its standard error and the degrees of freedom."""
    if len(data) > 1 and all(len(t) == len(c) == 1 for t, c in data):
        differences = np.array([t[0] - c[0] for t, c in data])
        if np.ptp(differences) <= _tolerance(data, largest):
            raise Untestable("no spread")
        return float(differences.mean()), differences.std(ddof=1) / math.sqrt(len(differences)), len(differences) - 1
    arms = [arm for pair in data for arm in pair]
    if min(map(len, arms)) < 2:
        raise Untestable("a cell has one run")
    tolerance = _tolerance(data, largest)
    v = np.array([0.0 if np.ptp(arm) <= tolerance else arm.var(ddof=1) / len(arm) for arm in arms])
    if not v.any():
        raise Untestable("no spread")
    n = np.array([len(arm) for arm in arms])
    is_lopsided = any(max(len(t), len(c)) >= 2 * min(len(t), len(c)) for t, c in data)
    degrees = (n - 1).min() if is_lopsided else v.sum() ** 2 / (v**2 / (n - 1)).sum()
    return float(np.mean([t.mean() - c.mean() for t, c in data])), math.sqrt(v.sum()) / len(data), degrees


def _welch_tails(welch: tuple[float, float, float], bound: float) -> tuple[float, float]:
    """Return the one-sided p of a difference above, and below, the bound."""
    difference, error, degrees = welch
    t = (difference - bound) / error
    return float(special.stdtr(degrees, -t)), float(special.stdtr(degrees, t))


def _interval(welch: tuple[float, float, float], alpha: float) -> tuple[float, float]:
    difference, error, degrees = welch
    half_width = float(stats.t.ppf(1 - alpha / 2, degrees)) * error
    return difference - half_width, difference + half_width


def _permutation_tails(data: Data, bound: float, largest: float) -> tuple[float, float]:
    """Return the shares of relabellings within blocks with at least, and at most, the observed difference."""
    shifted = [(t - bound, c) for t, c in data]
    observed = np.mean([t.mean() - c.mean() for t, c in shifted])
    totals = np.zeros(1)
    for t, c in shifted:
        chosen = np.array(list(itertools.combinations(range(len(t) + len(c)), len(t))))
        weights = np.full((len(chosen), len(t) + len(c)), -1.0 / len(c))
        np.put_along_axis(weights, chosen, 1.0 / len(t), axis=1)
        totals = np.add.outer(totals, weights @ np.concatenate([t, c])).ravel()
    values, tolerance = totals / len(data), _tolerance(shifted, largest)
    return float(np.mean(values >= observed - tolerance)), float(np.mean(values <= observed + tolerance))


def _two_sided(tails: tuple[float, float]) -> float:
    return min(1.0, 2 * min(tails))


def _verdict(claim: Mapping[str, Any], item: Mapping[str, Any], rejected: bool, level: float) -> str:
    difference, margin = item["welch"][0], claim["margin"]
    if claim["type"] != "equivalence":
        bound = margin if claim["type"] == "superiority" else -margin
        return (
            "inconclusive" if not rejected or difference == bound else "supported" if difference > bound else "refuted"
        )
    if rejected:
        return "supported"
    low, high = _interval(item["welch"], level)
    if -margin <= high and low <= margin:
        return "inconclusive"
    p = _two_sided(_permutation_tails(item["data"], margin if low > margin else -margin, item["largest"]))
    return "refuted" if p <= level + ROUNDING else "inconclusive"


def _holm(ps: Sequence[float], alpha: float) -> list[tuple[bool, float, float]]:
    """Return for each p whether it is rejected, the adjusted p, and the level of its step, or at which Holm stopped."""
    m, order = len(ps), np.argsort(ps, kind="stable")
    steps: list[tuple[bool, float, float]] = [(False, 1.0, alpha)] * m
    running, stopped_at = 0.0, None
    for k, index in enumerate(order):
        running = max(running, min(1.0, (m - k) * ps[index]))
        if stopped_at is None and running > alpha + ROUNDING:
            stopped_at = alpha / (m - k)
        steps[index] = (stopped_at is None, running, alpha / (m - k) if stopped_at is None else stopped_at)
    return steps
