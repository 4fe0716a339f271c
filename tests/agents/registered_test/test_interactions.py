"""Claims that the effect of the treatment differs between two levels of another factor."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation
from tests.agents.registered_test.claim_runs import (
    INTERACTION,
    cells,
    only,
    own_seeds,
    registered,
    shifted,
    two_arms,
)


@pytest.mark.parametrize(
    ("design", "is_permuted"),
    [("own seeds", False), ("shared seeds", True), ("pairs", True)],
)
@pytest.mark.parametrize(
    ("effects", "margin", "verdict"),
    [
        ((0.0, 0.05), 0.0, "supported"),
        ((0.05, 0.0), 0.0, "supported"),
        ((0.0, 0.05), 0.02, "supported"),
        ((0.02, 0.02), 0.0, "inconclusive"),
        ((0.02, 0.02), 0.02, "refuted"),
        ((0.0, 0.05), 0.05, "inconclusive"),
    ],
)
def test_interaction_is_the_difference_between_two_differences(
    effects: tuple[float, float], margin: float, verdict: str, design: str, is_permuted: bool
) -> None:
    test = registered(replace(INTERACTION, margin=margin), block=("data",), paired=design == "pairs", alpha=0.1)
    runs_of_all = cells(*effects)
    contrast = only(compare(test, own_seeds(runs_of_all) if design == "own seeds" else runs_of_all))
    assert contrast.conclusion == verdict, contrast
    assert contrast.difference == pytest.approx(effects[1] - effects[0] - 2 * 0.0002, abs=1e-9)
    assert (contrast.p_permutation is not None) == is_permuted
    assert contrast.n_treatment == (10 if design == "own seeds" else 5)


def test_interaction_equals_the_contrast_of_a_linear_model() -> None:
    """With equal cell sizes and variances, Welch's degrees of freedom are those of the residual, 16."""
    observations = own_seeds(cells(0.0, 0.004, [0.8, 0.81, 0.79, 0.82, 0.8]))
    contrast = only(compare(registered(INTERACTION, block=("data",)), observations))
    groups = [
        np.array([run.value("accuracy") for run in observations if (run.level, run.block) == key])
        for key in (("b", "letters"), ("a", "letters"), ("b", "digits"), ("a", "digits"))
    ]
    error = math.sqrt(sum(group.var(ddof=1) / 5 for group in groups))
    difference = groups[0].mean() - groups[1].mean() - groups[2].mean() + groups[3].mean()
    v = np.array([group.var(ddof=1) / 5 for group in groups])
    degrees = v.sum() ** 2 / (v**2 / 4).sum()
    assert contrast.p_welch == pytest.approx(2 * stats.t.sf(abs(difference) / error, degrees))
    assert contrast.difference == pytest.approx(difference)


@pytest.mark.parametrize(
    ("observations", "reason"),
    [
        (two_arms(shifted(0.05), data="digits"), "needs two levels of data, got 1"),
        (two_arms(shifted(0.05)), "does not set data"),
        (
            [run for run in cells(0.0, 0.05) if (run.level, run.block) != ("b", "letters")],
            "has no run of one of the arms",
        ),
        (
            [*cells(0.0, 0.05), *two_arms(shifted(0.05), data="digits", width="9")],
            "a block has runs at only one level of data",
        ),
    ],
    ids=["one level", "not swept", "an empty cell", "a block with one level"],
)
def test_interaction_without_four_cells_is_untestable(observations: list[Observation], reason: str) -> None:
    contrast = only(compare(registered(INTERACTION, block=("data", "width")), observations))
    assert contrast.conclusion == "untestable"
    assert reason in contrast.reason
