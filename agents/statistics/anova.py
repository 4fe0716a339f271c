"""Analysis of variance over a full grid with several runs in each cell."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

from agents.statistics.sample import UnusableSample, finite, rounding

Cells = Mapping[tuple[str, ...], Sequence[float]]


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
    interactions, so the residual is the variation within cells.
    Sources: Yates, JASA 29 (1934) 51; partial eta squared: Cohen, Educ. Psychol. Meas. 33 (1973) 107.

    Raises UnusableSample for a grid with missing cells, a factor with one level, a cell with fewer than two values
    (seeds), or cells that do not vary.
    """
    import pandas as pd
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

    _check_grid(cells, factors)
    # Factor names such as model.lr are not valid in a formula.
    columns = [f"factor{index}" for index in range(len(factors))]
    rows = [(*levels, value) for levels, values in cells.items() for value in finite(values)]
    formula = "value ~ " + " * ".join(f"C({column}, Sum)" for column in columns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = anova_lm(ols(formula, pd.DataFrame(rows, columns=[*columns, "value"])).fit(), typ=2)
    residual = table.loc["Residual"]
    effects = []
    for term in (term for size in (1, 2) for term in combinations(range(len(factors)), size)):
        row = table.loc[":".join(f"C({columns[index]}, Sum)" for index in term)]
        square = max(float(row["sum_sq"]), 0.0)
        effects.append(
            Effect(
                term=":".join(factors[index] for index in term),
                partial_eta_squared=square / (square + float(residual["sum_sq"])),
                f=max(float(row["F"]), 0.0),
                p=min(float(row["PR(>F)"]), 1.0),
                df=int(row["df"]),
                df_residual=int(residual["df"]),
            )
        )
    return tuple(effects)


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
