"""Each kind of known result is treated as its numbers allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.analysts.baselines.judgement import judge_arm, with_adjusted_p
from agents.analysts.baselines.reference import Reference
from agents.facts.fact import Source
from agents.statistics import describe

RECORDED = (0.90, 0.91, 0.92, 0.93, 0.94)


def known(values: Sequence[float] = RECORDED, **more: Any) -> Reference:
    found = describe(values)
    given: dict[str, Any] = {
        "key": "baseline[old]",
        "words": "the old one",
        "slot": "the old one",
        "metric": "accuracy",
        "metric_slot": "accuracy",
        "goal": "maximize",
        "mean": found.mean,
        "sd": found.sd,
        "n": found.n,
        "values": tuple(values) if len(values) > 1 else (),
        "margin": 0.02,
        "source": Source("conf/baseline/old.yaml", "0" * 64),
        "subject": "baseline[old]",
        "inputs": (),
    }
    return Reference(**given | more)


SUMMARY = replace(known(), values=())
CASES = {
    "as good": ([0.92, 0.93, 0.94, 0.95, 0.93], known(), "held", ""),
    "as good as a summary": ([0.92, 0.93, 0.94, 0.95, 0.93], SUMMARY, "held", ""),
    "far below": ([0.80, 0.81, 0.82, 0.83, 0.81], known(), "regressed", ""),
    "far below a summary": ([0.80, 0.81, 0.82, 0.83, 0.81], SUMMARY, "regressed", ""),
    "about at the margin": ([0.88, 0.90, 0.92, 0.91, 0.89], known(), "inconclusive", ""),
    "a loss that rose": ([0.99, 1.0, 1.01], known(goal="minimize"), "regressed", ""),
    "a loss that fell": ([0.79, 0.8, 0.81], known(goal="minimize"), "held", ""),
    "no margin": ([0.92, 0.93, 0.94], known(margin=None), "not judged", "no margin"),
    "a bare number": ([0.92, 0.93, 0.94], known([0.9]), "not judged", "how far the known result varies"),
    "two new runs": ([0.92, 0.93], known(), "not judged", "so few runs"),
    "two recorded runs": ([0.92, 0.93, 0.94], known([0.9, 0.91]), "not judged", "so few runs"),
    "one new run inside": ([0.93], known(), "held", ""),
    "one new run above": ([1.0], known(), "held", ""),
    "one new run below": ([0.8], known(), "regressed", ""),
    "one new loss above": ([1.0], known(goal="minimize"), "regressed", ""),
    "one run against a summary": ([0.8], SUMMARY, "not judged", "how far the recorded runs vary"),
    "one number against one": ([0.8], known([0.9]), "not judged", "how far the known result varies"),
    "no run": ([], known(), "not judged", "no run of the arm"),
    "nothing varies": ([0.9] * 5, known([0.9] * 5), "not judged", "varies"),
}


@pytest.mark.parametrize(("values", "reference", "conclusion", "why"), CASES.values(), ids=CASES)
def test_conclusions(values: list[float], reference: Reference, conclusion: str, why: str) -> None:
    found = judge_arm(values, reference, alpha=0.05)
    assert found.conclusion == conclusion
    assert why in found.why
    assert bool(found.why) is (conclusion == "not judged")


def test_the_difference_is_arm_minus_known_and_told_whatever_is_judged() -> None:
    for values, reference, _, _ in CASES.values():
        found = judge_arm(values, reference, 0.05)
        assert found.difference == (pytest.approx(np.mean(values) - reference.mean) if values else None)


def test_limits_agree_with_the_conclusion() -> None:
    """Held: the whole interval lies above minus the margin; regressed: below it; else it reaches over."""
    found = {name: judge_arm(*CASES[name][:2], alpha=0.05) for name in ("as good", "far below", "about at the margin")}
    held, regressed, open_ = found.values()
    assert held.low is not None
    assert regressed.high is not None
    assert open_.low is not None
    assert open_.high is not None
    assert held.low > -0.02 > regressed.high
    assert open_.low < -0.02 < open_.high
    assert held.confidence == pytest.approx(90)


def test_two_runs_or_a_summary_get_no_p_of_their_own() -> None:
    assert judge_arm([0.92, 0.93], known(), 0.05).p is None
    assert judge_arm([0.92, 0.93, 0.94], SUMMARY, 0.05).p is None


def test_exploratory_p_are_adjusted_over_all_of_them() -> None:
    several = [judge_arm(values, known(), 0.05) for values in ([0.8, 0.81, 0.82], [0.92, 0.93, 0.91], [0.9])]
    adjusted = with_adjusted_p(several)
    assert several[0].p is not None
    assert several[1].p is not None
    assert adjusted[0].p_adjusted == pytest.approx(min(2 * several[0].p, several[1].p))
    assert adjusted[2].p_adjusted is None


def test_a_regression_is_rarely_claimed_where_there_is_none() -> None:
    """At the margin itself, `held` and `regressed` are both false: each is claimed in at most alpha of cases."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(400):
        recorded, new = rng.normal(0.9, 0.01, 5), rng.normal(0.88, 0.02, 5)
        found.append(judge_arm(list(new), known(list(recorded)), alpha=0.05).conclusion)
    assert found.count("held") <= 0.05 * 400 + 3 * (400 * 0.05 * 0.95) ** 0.5
    assert found.count("regressed") <= 0.05 * 400 + 3 * (400 * 0.05 * 0.95) ** 0.5
