"""Conclusions about an arm and a reference: held, regressed, inconclusive or not judged, and their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.analysts.baselines.judgement import allowing_for_failed, judge_arm, with_adjusted_p
from agents.analysts.baselines.reference import Reference
from agents.facts.fact import Source
from agents.statistics import describe

RECORDED = (0.90, 0.91, 0.92, 0.93, 0.94)


def reference_of(values: Sequence[float] = RECORDED, **more: Any) -> Reference:
    summary = describe(values)
    fields: dict[str, Any] = {
        "key": "baseline[old]",
        "name": "the old network",
        "placeholder": "the old network",
        "metric": "accuracy",
        "goal": "maximize",
        "mean": summary.mean,
        "sd": summary.sd,
        "n": summary.n,
        "values": tuple(values) if len(values) > 1 else (),
        "margin": 0.02,
        "source": Source("conf/baseline/old.yaml", "0" * 64),
        "subject": "baseline[old]",
        "inputs": (),
    }
    return Reference(**fields | more)


SUMMARY = replace(reference_of(), values=())
CASES = {
    "as good": ([0.92, 0.93, 0.94, 0.95, 0.93], reference_of(), "held", ""),
    "as good as a summary": ([0.92, 0.93, 0.94, 0.95, 0.93], SUMMARY, "held", ""),
    "far below": ([0.80, 0.81, 0.82, 0.83, 0.81], reference_of(), "regressed", ""),
    "far below a summary": ([0.80, 0.81, 0.82, 0.83, 0.81], SUMMARY, "regressed", ""),
    "about at the margin": ([0.88, 0.90, 0.92, 0.91, 0.89], reference_of(), "inconclusive", ""),
    "a loss above the reference": ([0.99, 1.0, 1.01], reference_of(goal="minimize"), "regressed", ""),
    "a loss below the reference": ([0.79, 0.8, 0.81], reference_of(goal="minimize"), "held", ""),
    "no margin": ([0.92, 0.93, 0.94], reference_of(margin=None), "not judged", "no margin"),
    "a single recorded number": ([0.92, 0.93, 0.94], reference_of([0.9]), "not judged", "without repeated runs"),
    "two new runs": ([0.92, 0.93], reference_of(), "not judged", "too few runs"),
    "two recorded runs": ([0.92, 0.93, 0.94], reference_of([0.9, 0.91]), "not judged", "too few runs"),
    "one new run inside": ([0.93], reference_of(), "inconclusive", ""),
    "one new run inside, wide margin": ([0.93], reference_of(margin=0.1), "held", ""),
    "one new run above": ([1.0], reference_of(), "held", ""),
    "one new run below": ([0.8], reference_of(), "regressed", ""),
    "one new run below, wide margin": ([0.8], reference_of(margin=0.1), "inconclusive", ""),
    "one new loss above": ([1.0], reference_of(goal="minimize"), "regressed", ""),
    "one new loss inside": ([0.91], reference_of(goal="minimize"), "inconclusive", ""),
    "one new run without a margin": ([1.0], reference_of(margin=None), "not judged", "no margin"),
    "one new run against constant runs": ([1.0], reference_of([0.9] * 4), "not judged", "do not vary"),
    "one new run against a summary": ([0.8], SUMMARY, "not judged", "the variation of the recorded runs"),
    "one new run against a single number": ([0.8], reference_of([0.9]), "not judged", "without repeated runs"),
    "no run": ([], reference_of(), "not judged", "no run of the arm"),
    "identical values": ([0.9] * 5, reference_of([0.9] * 5), "not judged", "varies"),
}


@pytest.mark.parametrize(("values", "reference", "conclusion", "why"), CASES.values(), ids=CASES)
def test_conclusion_follows_from_values_margin_and_numbers_of_runs(
    values: list[float], reference: Reference, conclusion: str, why: str
) -> None:
    judgement = judge_arm(values, reference, alpha=0.05)
    assert judgement.conclusion == conclusion
    assert why in judgement.why
    assert bool(judgement.why) is (conclusion == "not judged")


@pytest.mark.parametrize(
    ("name", "failed", "conclusion"),
    [
        ("as good", 0, "held"),
        ("as good", 1, "not judged"),
        ("about at the margin", 1, "not judged"),
        ("far below", 1, "regressed"),
    ],
)
def test_arm_with_failed_runs_is_never_held(name: str, failed: int, conclusion: str) -> None:
    values, reference, _, _ = CASES[name]
    judgement = allowing_for_failed(judge_arm(values, reference, alpha=0.05), failed)
    assert judgement.conclusion == conclusion
    assert bool(judgement.why) == (conclusion == "not judged")


def test_difference_is_arm_minus_reference_even_without_a_verdict() -> None:
    for values, reference, _, _ in CASES.values():
        judgement = judge_arm(values, reference, 0.05)
        assert judgement.difference == (pytest.approx(np.mean(values) - reference.mean) if values else None)


@pytest.mark.parametrize(("n", "margin_in_sd"), [(3, 1.0), (3, 10.0), (8, 3.0)])
def test_one_new_run_that_is_worse_by_the_margin_is_rarely_held_or_regressed(n: int, margin_in_sd: float) -> None:
    """With a true loss of exactly the margin, each direction has alpha/2. Beyond it, `held` is rarer."""
    rng, experiments = np.random.default_rng(1), 2000
    for loss in (margin_in_sd, margin_in_sd + 2):
        outcomes = []
        for _ in range(experiments):
            recorded, new = rng.normal(0, 0.01, n), rng.normal(-0.01 * loss, 0.01)
            reference = reference_of(list(recorded), margin=0.01 * margin_in_sd)
            outcomes.append(judge_arm([new], reference, alpha=0.05).conclusion)
        assert outcomes.count("held") <= 0.025 * experiments + 3 * (experiments * 0.025 * 0.975) ** 0.5
        if loss == margin_in_sd:
            assert outcomes.count("regressed") <= 0.025 * experiments + 3 * (experiments * 0.025 * 0.975) ** 0.5


def test_interval_agrees_with_the_conclusion() -> None:
    """Held: the interval is above minus the margin; regressed: below it; inconclusive: it includes it."""
    judgements = {
        name: judge_arm(*CASES[name][:2], alpha=0.05) for name in ("as good", "far below", "about at the margin")
    }
    held, regressed, inconclusive = judgements.values()
    assert held.low is not None
    assert regressed.high is not None
    assert inconclusive.low is not None
    assert inconclusive.high is not None
    assert held.low > -0.02 > regressed.high
    assert inconclusive.low < -0.02 < inconclusive.high
    assert held.confidence == pytest.approx(90)


def test_two_runs_or_a_summary_have_no_p() -> None:
    assert judge_arm([0.92, 0.93], reference_of(), 0.05).p is None
    assert judge_arm([0.92, 0.93, 0.94], SUMMARY, 0.05).p is None


def test_exploratory_p_values_are_adjusted_over_all_comparisons() -> None:
    judgements = [judge_arm(values, reference_of(), 0.05) for values in ([0.8, 0.81, 0.82], [0.92, 0.93, 0.91], [0.9])]
    adjusted = with_adjusted_p(judgements)
    assert judgements[0].p is not None
    assert judgements[1].p is not None
    assert adjusted[0].p_adjusted == pytest.approx(min(2 * judgements[0].p, judgements[1].p))
    assert adjusted[2].p_adjusted is None


def test_false_claims_at_the_margin_stay_within_alpha() -> None:
    """At the margin itself, `held` and `regressed` are both false: each is claimed in at most alpha of cases."""
    rng = np.random.default_rng(0)
    outcomes = []
    for _ in range(400):
        recorded, new = rng.normal(0.9, 0.01, 5), rng.normal(0.88, 0.02, 5)
        outcomes.append(judge_arm(list(new), reference_of(list(recorded)), alpha=0.05).conclusion)
    assert outcomes.count("held") <= 0.05 * 400 + 3 * (400 * 0.05 * 0.95) ** 0.5
    assert outcomes.count("regressed") <= 0.05 * 400 + 3 * (400 * 0.05 * 0.95) ** 0.5
