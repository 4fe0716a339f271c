"""The facts and verdicts of synthetic studies equal those that scipy and statsmodels give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from agents.context.case import Case
from tests.agents.studies import grid, study
from tests.verdicts.recompute import adjusted, contrast_numbers, interval_alphas, verdict

Arms = Mapping[int, Sequence[float | None]]


def random_arms(seed: int, means: Sequence[float], n: int = 6, sd: float = 0.01) -> dict[int, list[float]]:
    random = np.random.default_rng(seed)
    return {level: list(map(float, random.normal(mean, sd, n))) for level, mean in enumerate(means, start=1)}


def fact(case: Case, name: str) -> Any:
    return case.book.facts[name].value


def compared(arms: Arms, **compare: Any) -> Case:
    return study(grid("lr", arms), {"factor": "lr", "control": 1, **compare})


def filled(arms: Arms, treatment: int) -> tuple[list[float], list[float]]:
    """Return both arms with the worst observed value for failed runs."""
    worst = min(value for level in (treatment, 1) for value in arms[level] if value is not None)
    first, second = ([worst if value is None else value for value in arms[level]] for level in (treatment, 1))
    return first, second


CASES = [
    pytest.param(random_arms(1, [0.90, 0.93]), {"treatment": 2, "minimum_effect": 0.005}, id="clear improvement"),
    pytest.param(random_arms(2, [0.90, 0.90]), {"treatment": 2}, id="no effect"),
    pytest.param(random_arms(3, [0.90, 0.85]), {"treatment": 2, "minimum_effect": 0.01}, id="worse"),
    pytest.param(random_arms(4, [0.90, 0.93, 0.905, 0.95]), {"treatment": None}, id="any of three levels"),
    pytest.param(random_arms(5, [0.90, 0.92], n=8), {"treatment": 2, "paired": True}, id="pairs"),
    pytest.param(random_arms(6, [0.90, 0.92], n=9), {"treatment": 2, "alpha": 0.01}, id="smaller alpha"),
    pytest.param(
        {1: [0.90, 0.91, 0.92, 0.905], 2: [0.95, 0.96, None, 0.94, 0.955]},
        {"treatment": 2, "minimum_effect": 0.001},
        id="a failed run",
    ),
]


@pytest.mark.parametrize(("arms", "compare"), CASES)
def test_contrasts_equal_independent_computations(arms: Arms, compare: dict[str, Any]) -> None:
    case = compared(arms, **compare)
    treatments = [level for level in arms if level != 1] if compare["treatment"] is None else [compare["treatment"]]
    bound, alpha, paired = (compare.get(key, 0) for key in ("minimum_effect", "alpha", "paired"))
    alpha = alpha or 0.05
    ps = [contrast_numbers(*filled(arms, level), bound, alpha, paired=bool(paired))["p"] for level in treatments]
    levels = zip(treatments, adjusted(ps), interval_alphas(ps, alpha), strict=True)
    outcomes = []
    for level, p_adjusted, interval_alpha in levels:
        expected = contrast_numbers(*filled(arms, level), bound, interval_alpha, paired=bool(paired))
        has_failed = None in arms[level]
        names = [name for name in expected if not (has_failed and name == "superiority")]
        stated = {name: fact(case, f"contrast[lr={level}|1].accuracy.{name}") for name in names}
        assert stated == pytest.approx({name: expected[name] for name in names})
        assert fact(case, f"contrast[lr={level}|1].accuracy.p_adjusted") == pytest.approx(p_adjusted)
        assert fact(case, f"contrast[lr={level}|1].accuracy.confidence") == pytest.approx(100 * (1 - interval_alpha))
        outcomes.append(verdict(expected, p_adjusted, bound, alpha))
    assert case.book.verdicts["hypothesis"].conclusion == _hypothesis(outcomes)


def _hypothesis(outcomes: Sequence[str]) -> str:
    if "supported" in outcomes:
        return "supported"
    return "refuted" if set(outcomes) == {"refuted"} else "inconclusive"


def test_a_failed_run_is_worse_than_every_observed_one_in_ranks() -> None:
    arms: Arms = {1: [0.90, 0.91, 0.92, None], 2: [0.95, 0.96, None, 0.94]}
    case = compared(arms, treatment=2)
    assert fact(case, "contrast[lr=2|1].accuracy.superiority") == (3 * 4 + 0.5) / 16


@pytest.mark.parametrize(("arms", "compare"), CASES)
def test_arms_are_described_by_their_completed_runs(arms: Arms, compare: dict[str, Any]) -> None:
    case = compared(arms, **compare)
    for level, arm in arms.items():
        values = np.array([value for value in arm if value is not None])
        expected = {"mean": np.mean(values), "sd": np.std(values, ddof=1), "min": values.min(), "max": values.max()}
        stated = {name: fact(case, f"arm[lr={level}].accuracy.{name}") for name in expected}
        assert stated == pytest.approx(expected)
        assert fact(case, f"arm[lr={level}].n") == values.size
        assert fact(case, f"arm[lr={level}].failed") == len(arm) - values.size
