"""How much of the spread over a full grid each swept parameter accounts for, alone and in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from agents.statistics.sample import UnusableSample, finite, rounding

Cells = Mapping[tuple[str, ...], Sequence[float]]
_Term = frozenset[int]  # which factors


@dataclass(frozen=True)
class Effect:
    """`term` is a factor, or two joined by `:`. `f` has `df` and `df_residual` degrees of freedom.

    `partial_eta_squared` is the share of the spread that the term accounts for, of what is left to it and to chance.
    """

    term: str
    partial_eta_squared: float
    f: float
    p: float
    df: int
    df_residual: int


def anova(cells: Cells, factors: Sequence[str]) -> tuple[Effect, ...]:
    """Main effects, then interactions of two, by type II sums of squares; chance is what varies within cells.

    `cells` holds the values of each combination of levels, in the order of `factors`.
    Sources: Yates, JASA 29 (1934) 51; partial eta squared: Cohen, Educ. Psychol. Meas. 33 (1973) 107.

    Raises UnusableSample for a grid with gaps, a factor of one level, a cell of fewer than two values (seeds), or
    cells that do not vary.
    """
    from scipy import special

    _refuse_gaps(cells, factors)
    y = np.array([value for values in cells.values() for value in finite(values)])
    columns = _columns(cells, len(factors))
    residual, freedom = _within(cells), len(y) - len(cells)
    found = []
    for term in _terms(len(factors), up_to=2):
        others = [one for one in _terms(len(factors), up_to=len(factors)) if not term <= one]
        square = _unexplained(y, columns, others) - _unexplained(y, columns, [*others, term])
        df = columns[term].shape[1]
        f = max(square, 0.0) / df / (residual / freedom)
        name = ":".join(factors[index] for index in sorted(term))
        eta = max(square, 0.0) / (max(square, 0.0) + residual)
        found.append(Effect(name, float(eta), float(f), float(special.fdtrc(df, freedom, f)), df, freedom))
    return tuple(found)


def _refuse_gaps(cells: Cells, factors: Sequence[str]) -> None:
    if not cells or not factors or any(len(levels) != len(factors) for levels in cells):
        raise UnusableSample(f"each cell needs a level of each of {', '.join(factors) or 'the factors'}")
    levels = _levels(cells, len(factors))
    alone = [name for name, one in zip(factors, levels, strict=True) if len(one) < 2]
    if alone:
        raise UnusableSample(f"{', '.join(alone)} has one level: nothing can be told apart")
    missing = prod(map(len, levels)) - len(cells)
    if missing:
        raise UnusableSample(f"the grid is not full: {missing} of {prod(map(len, levels))} cells have no runs")
    few = sum(len(values) < 2 for values in cells.values())
    if few:
        raise UnusableSample(f"{few} of {len(cells)} cells have fewer than two runs: seeds are what tells chance apart")
    if all(max(one) - min(one) <= rounding(one) for one in map(finite, cells.values())):
        raise UnusableSample("no cell varies: seeds may not be in effect, and nothing tells what is chance")


def _levels(cells: Cells, n: int) -> list[list[str]]:
    return [list(dict.fromkeys(levels[index] for levels in cells)) for index in range(n)]


def _terms(n: int, up_to: int) -> list[_Term]:
    return [frozenset(chosen) for size in range(1, up_to + 1) for chosen in combinations(range(n), size)]


def _columns(cells: Cells, n: int) -> dict[_Term, NDArray[np.float64]]:
    """The design of each term: products of contrasts that sum to zero over the levels of a factor."""
    rows = [levels for levels, values in cells.items() for _ in values]
    contrasts = []
    for index, levels in enumerate(_levels(cells, n)):
        coded = np.vstack([np.eye(len(levels) - 1), -np.ones(len(levels) - 1)])
        contrasts.append(coded[[levels.index(row[index]) for row in rows]])
    designs = {}
    for term in _terms(n, up_to=n):
        parts = [contrasts[index] for index in sorted(term)]
        picks = product(*(range(part.shape[1]) for part in parts))
        designs[term] = np.column_stack(
            [np.prod([part[:, at] for part, at in zip(parts, pick, strict=True)], axis=0) for pick in picks]
        )
    return designs


def _unexplained(y: NDArray[np.float64], columns: Mapping[_Term, NDArray[np.float64]], terms: Sequence[_Term]) -> float:
    """The sum of squares that a model of these terms leaves."""
    design = np.column_stack([np.ones(len(y)), *(columns[term] for term in terms)])
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(np.sum((y - fitted) ** 2))


def _within(cells: Cells) -> float:
    return float(sum(np.sum((np.array(values) - np.mean(values)) ** 2) for values in cells.values()))
