"""Claims of every type, families, failed runs and reasons, decided over observations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import pytest

from agents.registered_test.claims import RegisteredClaim, RegisteredTest, UnusableTest, registered_test
from agents.registered_test.comparison import comparison_from_json
from agents.registered_test.decision import compare
from tests.agents.registered_test.claim_runs import (
    BASE,
    INTERACTION,
    Values,
    cells,
    claim,
    only,
    own_seeds,
    registered,
    runs,
    shifted,
    two_arms,
)


@pytest.mark.parametrize(
    ("kind", "margin", "shift", "verdict"),
    [
        ("superiority", 0.01, 0.05, "supported"),
        ("superiority", 0.01, 0.012, "inconclusive"),
        ("superiority", 0.01, 0.0, "refuted"),
        ("noninferiority", 0.01, 0.0, "supported"),
        ("noninferiority", 0.01, 0.05, "supported"),
        ("noninferiority", 0.01, -0.01, "inconclusive"),
        ("noninferiority", 0.01, -0.05, "refuted"),
        ("equivalence", 0.01, 0.0, "supported"),
        ("equivalence", 0.01, 0.008, "inconclusive"),
        ("equivalence", 0.01, 0.05, "refuted"),
        ("equivalence", 0.01, -0.05, "refuted"),
    ],
)
@pytest.mark.parametrize("goal", ["maximize", "minimize"])
def test_claim_is_decided_by_its_region(kind: str, margin: float, shift: float, verdict: str, goal: Any) -> None:
    metric = {"maximize": "accuracy", "minimize": "loss"}[goal]
    test = registered(claim(kind, margin=margin, metric=metric, goal=goal))
    assert compare(test, two_arms(shifted(shift))).verdict == verdict


def test_verdict_of_the_experiment_follows_from_the_primary_claims() -> None:
    true, false, open_ = claim(), claim(margin=0.2), claim("noninferiority", "c", 0.0)
    observations = [*two_arms(shifted(0.05)), *runs("c", shifted(0.001))]
    for claims, verdict in {
        (true,): "supported",
        (true, false): "refuted",
        (true, open_): "inconclusive",
        (true, replace(false, primary=False)): "supported",
        (true, claim(treatment="absent")): "untestable",
        (false, claim(treatment="absent")): "refuted",
    }.items():
        comparison = compare(registered(*claims), observations)
        assert comparison.verdict == verdict, comparison.claim_verdicts
        assert [c.claim for c in comparison.contrasts] == list(range(len(claims)))


@pytest.mark.parametrize(
    ("shifts", "verdict"),
    [((0.05, -0.05), "supported"), ((-0.05, -0.04), "refuted"), ((-0.05, 0.0), "inconclusive")],
    ids=["some level", "no level", "undecided"],
)
def test_claim_about_any_level_has_a_contrast_for_each_level(shifts: tuple[float, float], verdict: str) -> None:
    observations = [*two_arms(shifted(shifts[0])), *runs("c", shifted(shifts[1]))]
    comparison = compare(registered(claim(treatment=None)), observations)
    assert comparison.claim_verdicts == (verdict,)
    assert [c.treatment for c in comparison.contrasts_of(0)] == ["b", "c"]
    assert comparison.family_size == 2


def test_claims_share_alpha_by_holm_and_intervals_have_the_level_of_their_step() -> None:
    claims = [claim(), claim(treatment="c"), claim("equivalence", "c", 0.05)]
    comparison = compare(registered(*claims), [*two_arms(shifted(0.05)), *runs("c", shifted(0.001))])
    assert comparison.family_size == 3
    levels = [contrast.interval.level for contrast in comparison.contrasts if contrast.interval]
    assert levels == pytest.approx([1 - 0.05 / 3, 1 - 0.05, 1 - 0.05 / 2])
    assert comparison.contrasts[0].p_adjusted == pytest.approx(3 * 2 / 252)


def test_untestable_claim_counts_in_the_family() -> None:
    comparison = compare(registered(claim(), claim(treatment="absent")), two_arms(shifted(0.05)))
    assert comparison.contrasts[0].p_adjusted == pytest.approx(2 * 2 / 252)
    assert comparison.contrasts[1].reason == "an arm has fewer than two completed runs"


def test_claim_that_a_later_holm_step_could_reach_is_testable() -> None:
    """Three runs against nine have the smallest p 2/220, so twice it, but not six times it, is below 0.02."""
    claims = [claim(treatment=level) for level in "bcd"]
    observations = [*runs("a", [*BASE, 0.801, 0.803, 0.805, 0.807])]
    observations += [run for level in "bc" for run in runs(level, shifted(0.05))] + list(
        runs("d", [0.85, 0.851, 0.853])
    )
    comparison = compare(registered(*claims, alpha=0.02), observations)
    assert comparison.contrasts[2].p_permutation == pytest.approx(2 / 220)
    assert comparison.contrasts[2].conclusion != "untestable"


@pytest.mark.parametrize(
    ("shifts", "verdicts"),
    [
        ((0.05, 0.04, 0.03), ("supported", "supported", "supported")),
        ((0.05, 0.0, 0.03), ("supported", "inconclusive", "inconclusive")),
        ((-0.05, 0.04, 0.03), ("refuted", "inconclusive", "inconclusive")),
    ],
    ids=["all", "stops at the second", "stops at a refuted claim"],
)
def test_fixed_order_ends_at_the_first_claim_that_is_not_supported(
    shifts: Sequence[float], verdicts: tuple[str, ...]
) -> None:
    """With alpha 0.01, Holm's method over three claims could not reach significance."""
    claims = [claim(treatment=level) for level in "bcd"]
    observations = list(runs("a", BASE))
    for level, shift in zip("bcd", shifts, strict=True):
        observations += runs(level, shifted(shift))
    comparison = compare(registered(*claims, order="fixed", alpha=0.01), observations)
    assert comparison.claim_verdicts == verdicts
    assert {c.interval.level for c in comparison.contrasts if c.interval} == {0.99}
    assert compare(registered(*claims, alpha=0.01), observations).verdict == "untestable"


def test_claim_that_is_not_tested_has_no_adjusted_p_and_a_reason() -> None:
    claims = [claim(), claim(treatment="c")]
    observations = [*two_arms(BASE), *runs("c", shifted(0.05))]
    first, second = compare(registered(*claims, order="fixed"), observations).contrasts
    assert (first.conclusion, second.conclusion) == ("inconclusive", "inconclusive")
    assert second.p_adjusted is None
    assert second.reason == "an earlier claim in the fixed order is not supported"


def test_alpha_of_a_look_decides() -> None:
    look = compare(registered(), two_arms(shifted(0.05)), alpha=0.005)
    assert (look.verdict, look.alpha, look.test.alpha) == ("untestable", 0.005, 0.05)
    assert compare(registered(), two_arms(shifted(0.05)), alpha=0.01).verdict == "supported"


@pytest.mark.parametrize(
    ("policy", "worst", "difference", "superiority"),
    [
        ("worst", None, (0.85 + 0.852 + 0.854 + 0.856 + 0.8) / 5 - 0.804, 0.8),
        ("worst", 0.0, (0.85 + 0.852 + 0.854 + 0.856) / 5 - 0.804, 0.8),
        ("worst", 0.9, (0.85 + 0.852 + 0.854 + 0.856 + 0.8) / 5 - 0.804, 0.8),
        ("exclude", None, (0.85 + 0.852 + 0.854 + 0.856) / 4 - 0.804, 1.0),
    ],
    ids=["worst observed", "declared worst", "declared worst better than observed", "excluded"],
)
def test_failed_run_counts_as_registered(
    policy: Any, worst: float | None, difference: float, superiority: float
) -> None:
    test = registered(on_failure=policy, worst=worst)
    contrast = only(compare(test, two_arms([0.85, 0.852, 0.854, 0.856, None])))
    assert contrast.difference == pytest.approx(difference)
    assert contrast.probability_of_superiority == superiority


def test_failed_pair_is_not_a_tie() -> None:
    """The worst value of all runs counts. In a block of one pair, the worst value would be that of the partner."""
    observations = [
        run
        for number, (treated, value) in enumerate([(0.9, 0.7), (0.92, 0.71), (None, 0.8), (0.93, 0.69)])
        for run in two_arms([treated], [value], data=f"d{number}")
    ]
    contrast = only(compare(registered(block=("data",)), own_seeds(observations)))
    assert contrast.difference == pytest.approx((0.2 + 0.21 - 0.11 + 0.24) / 4)
    assert contrast.probability_of_superiority == 0.75


@pytest.mark.parametrize(
    ("test", "values", "failure", "reason"),
    [
        (registered(on_failure="refuse"), [*BASE, None], "run", "1 run(s) failed, and the registered test refuses"),
        (registered(), [*BASE, None], "machine", "1 run(s) failed because of the machine"),
        (registered(on_failure="exclude"), [*BASE, None], "machine", "1 run(s) failed because of the machine"),
        (registered(), [0.9, None, None, None, None], "run", "fewer than two completed runs"),
        (registered(claim("noninferiority", margin=0.1)), [*BASE, None], "run", "needs the worst possible value"),
        (registered(claim("equivalence", margin=0.1)), [*BASE, None], "run", "needs the worst possible value"),
        (registered(), [0.9] * 5, "run", "the seeds do not affect the values"),
    ],
    ids=["refuse", "machine", "machine, exclude", "too few", "non-inferiority", "equivalence", "constant arms"],
)
def test_reason_of_an_untestable_claim(
    test: RegisteredTest, values: Values, failure: Literal["run", "machine"], reason: str
) -> None:
    control = [0.8] * 5 if set(values) == {0.9} else BASE
    comparison = compare(test, [*runs("a", control), *runs("b", values, failure)])
    assert comparison.verdict == "untestable"
    assert reason in only(comparison).reason
    assert (comparison.required_n is None) == ("fewer" not in reason)


def test_declared_worst_value_makes_noninferiority_with_failures_testable() -> None:
    test = registered(claim("noninferiority", margin=0.1), worst=0.1)
    assert compare(test, two_arms([*BASE, None])).verdict == "inconclusive"


def test_declared_worst_value_is_not_that_of_another_metric() -> None:
    claims = [claim("noninferiority", margin=0.1, metric="loss", goal="minimize")]
    contrast = only(compare(registered(*claims, worst=0.0), two_arms([*BASE, None])))
    assert "needs the worst possible value" in contrast.reason
    superior = claim(metric="loss", goal="minimize")
    filled = only(compare(registered(superior, worst=5.0), two_arms([*shifted(0.05), None])))
    assert filled.difference == pytest.approx((5 * 0.146 + 0.2) / 6 - 0.196)


def test_comparison_with_claims_survives_json() -> None:
    test = registered(
        claim(text="b exceeds a"),
        replace(INTERACTION, primary=False),
        block=("data",),
        on_failure="exclude",
        worst=0.0,
        order="fixed",
    )
    comparison = compare(test, cells(0.0, 0.05), alpha=0.03)
    data = json.loads(json.dumps(comparison.to_json("reason"), allow_nan=False))
    assert [entry["verdict"] for entry in data["claims"]] == list(comparison.claim_verdicts)
    read = comparison_from_json(data)
    assert (read.test, read.alpha) == (test, 0.03)
    assert read.to_json("reason") == data


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ([claim("equivalence")], "positive margin"),
        ([claim("interaction", factors=("lr",))], "two factors"),
        ([claim(treatment="a")], "is the control"),
        ([claim(margin=-0.1)], "not negative"),
        ([claim("better")], "must be one of superiority"),
        ([claim(primary=False)], "no claim is primary"),
    ],
    ids=["no margin", "one factor", "control", "negative margin", "type", "no primary claim"],
)
def test_claims_that_no_runs_could_decide_are_rejected(claims: Sequence[RegisteredClaim], message: str) -> None:
    with pytest.raises(UnusableTest, match=message):
        registered(*claims)


def test_test_of_a_plan_has_labels_as_levels() -> None:
    planned = {
        "metric": "accuracy", "goal": "maximize", "factor": "lr", "control": 0.001, "treatment": 1e-2, "looks": None,
        "claims": [{"type": "equivalence", "treatment": 1e-2, "margin": 0.1, "metric": "accuracy", "goal": "maximize"}],
        "block": ["data.name"], "generalize_to": ["seed", "item"],
    }  # fmt: skip
    test = registered_test(planned)
    assert (test.control, test.treatment, test.claims[0].treatment) == ("0.001", "0.01", "0.01")
    assert (test.block, test.generalize_to) == (("data.name",), ("seed", "item"))
