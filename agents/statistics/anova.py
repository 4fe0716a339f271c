"""Analysis of variance over a full grid with several runs in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from statistics import fmean

from agents.statistics.sample import UnusableSample, finite, rounding

Cells = Mapping[tuple[str, ...], Sequence[float]]
Samples = Mapping[tuple[str, ...], list[float]]
Term = tuple[int, ...]  # positions of its factors


@dataclass(frozen=True)
class Effect:
    """The effect of a factor, or of the interaction of two factors, whose names `:` joins in `term`.

    `f` has `df` and `df_residual` degrees of freedom. `partial_eta_squared` is the sum of squares of the term, divided
    by the total of this sum and the residual sum of squares.
    """

    term: str
    partial_eta_squared: float
    f: float
    p: float
    df: int
    df_residual: int


def anova(cells: Cells, factors: Sequence[str]) -> tuple[Effect, ...]:
    """Return main effects, then two-way interactions, by type II sums of squares.

    `cells` holds the values of each combination of levels, in the order of `factors`. The model contains all
    interactions, so the residual is the variation within cells. The sum of squares of a term is what it adds to the
    model of all terms that do not contain it. statsmodels, whose import takes half a second, computes the same.
    Sources: Yates, JASA 29 (1934) 51; partial eta squared: Cohen, Educ. Psychol. Meas. 33 (1973) 107.

    Raises UnusableSample for a grid with missing cells, a factor with one level, a cell with fewer than two values
    (seeds), or cells that do not vary.
    """
    _check_grid(cells, factors)
    samples = {levels: finite(values) for levels, values in cells.items()}
    residual = sum(sum((value - fmean(sample)) ** 2 for value in sample) for sample in samples.values())
    df_residual = sum(map(len, samples.values())) - len(samples)
    every_term = [term for size in range(1, len(factors) + 1) for term in combinations(range(len(factors)), size)]
    return tuple(
        _effect(term, samples, every_term, factors, residual, df_residual) for term in every_term if len(term) <= 2
    )


def _effect(
    term: Term,
    samples: Samples,
    every_term: Sequence[Term],
    factors: Sequence[str],
    residual: float,
    df_residual: int,
) -> Effect:
    from scipy import special

    others = [other for other in every_term if not set(term) <= set(other)]
    square = max(_unexplained(samples, others) - _unexplained(samples, [*others, term]), 0.0)
    df = prod(len({levels[index] for levels in samples}) - 1 for index in term)
    f = square / df / (residual / df_residual)
    return Effect(
        term=":".join(factors[index] for index in term),
        partial_eta_squared=square / (square + residual),
        f=f,
        p=float(special.fdtrc(df, df_residual, f)),
        df=df,
        df_residual=df_residual,
    )


def _unexplained(samples: Samples, terms: Sequence[Term]) -> float:
    """Return the sum of squares between cells that a model of these terms leaves, by weighted least squares."""
    import numpy as np

    if any(len(term) == len(next(iter(samples))) for term in terms):
        return 0.0  # this model has a parameter for each cell
    weights = np.sqrt([len(sample) for sample in samples.values()])
    means = np.array([fmean(sample) for sample in samples.values()])
    means -= np.average(means, weights=weights**2)  # so that large values do not hide small differences
    columns = [np.ones(len(samples))]
    for term in terms:
        groups = [tuple(levels[index] for index in term) for levels in samples]
        columns += [np.array([group == other for group in groups], float) for other in sorted(set(groups))]
    design, y = np.column_stack(columns) * weights[:, None], means * weights
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    return float(np.sum((y - design @ solution) ** 2))


def _check_grid(cells: Cells, factors: Sequence[str]) -> None:
    if not cells or not factors or any(len(levels) != len(factors) for levels in cells):
        raise UnusableSample(f"each cell needs a level of each of {', '.join(factors) or 'the factors'}")
    levels_of = {name: {cell[index] for cell in cells} for index, name in enumerate(factors)}
    constant = [name for name, levels in levels_of.items() if len(levels) < 2]
    if constant:
        raise UnusableSample(f"{', '.join(constant)} has one level, so its effect cannot be estimated")
    size = prod(map(len, levels_of.values()))
    if size > len(cells):
        raise UnusableSample(f"the grid is not full: {size - len(cells)} of {size} cells have no runs")
    few = sum(len(values) < 2 for values in cells.values())
    if few:
        raise UnusableSample(
            f"{few} of {len(cells)} cells have fewer than two runs, so the variation between seeds is unknown"
        )
    if all(max(values) - min(values) <= rounding(values) for values in map(finite, cells.values())):
        raise UnusableSample("no cell varies: seeds may not be in effect, and the residual variance is zero")
