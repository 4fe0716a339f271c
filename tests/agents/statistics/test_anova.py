"""Analysis of variance, compared with a table of R and with least squares."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats

from agents.statistics import UnusableSample, anova

# Crampton, J. Nutr. 33 (1947) 491: lengths of teeth of guinea pigs; the data set `ToothGrowth` of R.
TEETH = {
    ("VC", "0.5"): [4.2, 11.5, 7.3, 5.8, 6.4, 10, 11.2, 11.2, 5.2, 7],
    ("VC", "1"): [16.5, 16.5, 15.2, 17.3, 22.5, 17.3, 13.6, 14.5, 18.8, 15.5],
    ("VC", "2"): [23.6, 18.5, 33.9, 25.5, 26.4, 32.5, 26.7, 21.5, 23.3, 29.5],
    ("OJ", "0.5"): [15.2, 21.5, 17.6, 9.7, 14.5, 10, 8.2, 9.4, 16.5, 9.7],
    ("OJ", "1"): [19.7, 23.3, 23.6, 26.4, 20, 25.2, 25.8, 21.2, 14.5, 27.3],
    ("OJ", "2"): [25.5, 26.4, 22.4, 24.5, 24.8, 30.9, 26.4, 27.3, 29.4, 23],
}


def test_toothgrowth_equals_the_table_of_r() -> None:
    """Compare with `summary(aov(len ~ supp * factor(dose), ToothGrowth))` of R.

    The expected eta squared is computed from the sums of squares in that table.
    """
    supp, dose, interaction = anova(TEETH, ["supp", "dose"])
    assert (supp.term, dose.term, interaction.term) == ("supp", "dose", "supp:dose")
    assert [effect.f for effect in (supp, dose, interaction)] == pytest.approx([15.572, 92.000, 4.107], abs=5e-4)
    assert [supp.p, interaction.p] == pytest.approx([0.000231, 0.021860], abs=1e-6)
    assert [(effect.df, effect.df_residual) for effect in (supp, dose, interaction)] == [(1, 54), (2, 54), (2, 54)]
    squares = {supp: 205.4, dose: 2426.4, interaction: 108.3}
    for effect, square in squares.items():
        assert effect.partial_eta_squared == pytest.approx(square / (square + 712.1), abs=1e-4)


def residual_squares(cells: dict[tuple[str, ...], list[float]], terms: list[tuple[int, ...]]) -> float:
    """Fit a model of these terms by least squares, and return its residual sum of squares."""
    rows = [(levels, value) for levels, values in cells.items() for value in values]
    columns = [np.ones(len(rows))]
    for term in terms:
        for combination in {tuple(levels[index] for index in term) for levels in cells}:
            columns.append(np.array([tuple(levels[i] for i in term) == combination for levels, _ in rows], float))
    design, y = np.column_stack(columns), np.array([value for _, value in rows])
    return float(np.sum((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2))


@pytest.mark.parametrize("sizes", [[4], [2, 3, 5, 2]], ids=["balanced", "unbalanced"])
def test_squares_are_the_type_ii_reduction_of_the_residual(sizes: list[int]) -> None:
    """Compute the sum of squares of a term as the decrease of the residual sum of squares.

    The term is added to the model of all terms that do not contain it.
    """
    rng, factors = np.random.default_rng(3), ["A", "B", "D"]
    grid = list(product("ab", "xyz", "01"))
    cells = {levels: list(rng.normal(index % 5, 1, sizes[index % len(sizes)])) for index, levels in enumerate(grid)}
    terms = [term for size in (1, 2, 3) for term in combinations(range(3), size)]
    residual = residual_squares(cells, terms)
    effects = anova(cells, factors)
    assert [effect.term for effect in effects] == ["A", "B", "D", "A:B", "A:D", "B:D"]
    for effect, term in zip(effects, terms, strict=False):
        others = [other for other in terms if not set(term) <= set(other)]
        square = residual_squares(cells, others) - residual_squares(cells, [*others, term])
        f = square / effect.df / (residual / effect.df_residual)
        assert effect.partial_eta_squared == pytest.approx(square / (square + residual))
        assert (effect.f, effect.p) == pytest.approx((f, stats.f.sf(f, effect.df, effect.df_residual)))


def test_one_factor_is_accepted() -> None:
    (effect,) = anova({("a",): [1.0, 2.0, 3.0], ("b",): [2.0, 3.0, 4.0]}, ["lr"])
    assert (effect.f, effect.df, effect.df_residual) == (pytest.approx(1.5), 1, 4)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({}, "a level of each"),
        ({("a", "x"): [1.0, 2.0], ("b", "x"): [1.0, 2.0]}, "width has one level"),
        ({("a", "x"): [1.0, 2.0], ("b", "y"): [1.0, 2.0]}, "not full: 2 of 4"),
        ({(a, b): [1.0] for a in "ab" for b in "xy"}, "fewer than two runs"),
        ({(a, b): [1.0, 1.0] for a in "ab" for b in "xy"}, "no cell varies"),
    ],
    ids=["no cells", "one level", "missing cells", "one run per cell", "no variance"],
)
def test_incomplete_grids_and_constant_cells_are_rejected(
    cells: dict[tuple[str, ...], list[float]], message: str
) -> None:
    with pytest.raises(UnusableSample, match=message):
        anova(cells, ["lr", "width"])
