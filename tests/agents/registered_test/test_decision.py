"""Verdicts of the registered test, their sentences, and the error rate without an effect."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.registered_test.claims import RegisteredTest, UnusableTest
from agents.registered_test.comparison import Comparison, comparison_from_json
from agents.registered_test.contrast import Contrast
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation
from agents.registered_test.wording.sentences import hypothesis_statement
from agents.statistics import at_most


def accuracy_test(**fields: Any) -> RegisteredTest:
    return RegisteredTest("accuracy", "maximize", "lr", "0.001", **fields)


ACCURACY = accuracy_test(minimum_effect=0.01)
LOSS = RegisteredTest("loss", "minimize", "lr", "0.001", minimum_effect=0.01)
LOSS_OF_COMPLETED = replace(LOSS, on_failure="exclude")
ANY = accuracy_test()
PAIRED = accuracy_test(paired=True)

Values = dict[str, dict[str, float | None]]  # by level and unit


def decide(test: RegisteredTest, values: Values) -> Comparison:
    """Decide the test over values by level and unit. None is a failed run."""
    runs = [
        Observation(f"{level}-{unit}", level, "", unit, {test.metric: value}, None if value is not None else "run")
        for level, units in values.items()
        for unit, value in units.items()
    ]
    return compare(test, runs)


BASE = [0.800, 0.802, 0.804, 0.806, 0.808]
NOISY = [0.70, 0.75, 0.80, 0.85, 0.90]
PAIRS = [*NOISY, 0.8, 0.6]
BETTER_PAIRS = [0.711, 0.759, 0.812, 0.858, 0.911, 0.809, 0.61]  # better by about 0.01, in each pair


def units(values: Sequence[float | None]) -> dict[str, float | None]:
    return {f"seed={i}": value for i, value in enumerate(values)}


def arms(*values: Sequence[float | None]) -> Values:
    return dict(zip(("0.001", "0.003", "0.01"), map(units, values), strict=False))


def shifted(values: Sequence[float], by: float) -> list[float]:
    return [value + by for value in values]


CASES = [
    pytest.param(ACCURACY, arms(BASE, shifted(BASE, 0.05)), "supported", id="clearly better"),
    pytest.param(
        ACCURACY,
        arms(BASE, shifted(BASE, 0.05), shifted(BASE, -0.1)),
        "supported",
        id="one of two treatments is better",
    ),
    pytest.param(ACCURACY, arms(BASE, shifted(BASE, -0.05)), "refuted", id="clearly worse"),
    pytest.param(ACCURACY, arms(BASE, BASE), "refuted", id="equal and precise, interval below the minimum"),
    pytest.param(ACCURACY, arms(BASE, shifted(BASE, 0.0025)), "refuted", id="better, interval below the minimum"),
    pytest.param(
        ACCURACY, arms(BASE, shifted(BASE, 0.0091)), "inconclusive", id="significant, difference below the minimum"
    ),
    pytest.param(
        ACCURACY,
        arms(BASE, shifted(BASE, 0.012)),
        "inconclusive",
        id="significant, minimum reached but not established",
    ),
    pytest.param(ACCURACY, arms(NOISY, NOISY), "inconclusive", id="equal and noisy"),
    pytest.param(ACCURACY, arms(NOISY, shifted(NOISY, 0.05)), "inconclusive", id="better but noisy"),
    pytest.param(ACCURACY, arms(BASE, shifted(BASE, -0.05), NOISY), "inconclusive", id="one refuted, one inconclusive"),
    pytest.param(ANY, arms(BASE, BASE), "inconclusive", id="no minimum: equality never refutes"),
    pytest.param(ANY, arms(BASE, shifted(BASE, -0.05)), "refuted", id="no minimum: worse refutes"),
    pytest.param(ANY, arms([0.8] * 5, [0.9] * 5), "untestable", id="neither arm varies"),
    pytest.param(ANY, arms([0.9] * 5, [0.9] * 5), "untestable", id="all equal"),
    pytest.param(ANY, arms([0.803] * 5, BASE), "inconclusive", id="one arm is constant"),
    pytest.param(ANY, arms([0.7] * 5, BASE), "supported", id="better than a constant arm"),
    pytest.param(PAIRED, arms(PAIRS, shifted(PAIRS, 0.01)), "untestable", id="all pairs differ equally"),
    pytest.param(LOSS, arms(BASE, shifted(BASE, -0.05)), "supported", id="a lower loss"),
    pytest.param(LOSS, arms(BASE, shifted(BASE, 0.05)), "refuted", id="a higher loss"),
    pytest.param(LOSS, arms(BASE, shifted(BASE, -0.0025)), "refuted", id="lower loss, interval below the minimum"),
    pytest.param(LOSS, arms(NOISY, NOISY), "inconclusive", id="noisy losses"),
    pytest.param(PAIRED, arms(PAIRS, BETTER_PAIRS), "supported", id="small difference, paired"),
    pytest.param(
        ANY,
        arms(PAIRS, BETTER_PAIRS),
        "inconclusive",
        id="small difference, unpaired",
    ),
    pytest.param(ACCURACY, arms(BASE[:3], shifted(BASE[:3], 0.5)), "untestable", id="three runs"),
    pytest.param(ACCURACY, arms(BASE[:4], shifted(BASE[:4], 0.5)), "supported", id="four runs, one contrast"),
    pytest.param(ACCURACY, arms(BASE[:4], *[shifted(BASE[:4], 0.5)] * 2), "untestable", id="four runs, two contrasts"),
    pytest.param(PAIRED, arms(BASE, shifted(BASE, 0.5)), "untestable", id="five pairs"),
    pytest.param(ACCURACY, arms(BASE, BASE[:1]), "untestable", id="one run"),
    pytest.param(ACCURACY, arms([None] * 5, BASE), "untestable", id="the control failed"),
    pytest.param(ACCURACY, arms(BASE, [None] * 5, [None] * 5), "untestable", id="every treatment failed"),
    pytest.param(ACCURACY, arms(BASE), "untestable", id="no treatment"),
    pytest.param(ACCURACY, {}, "untestable", id="no runs"),
    pytest.param(
        ACCURACY, arms(BASE, [None] * 5, shifted(BASE, 0.05)), "supported", id="one arm failed, one is better"
    ),
    pytest.param(
        ACCURACY, arms(BASE, [None] * 5, shifted(BASE, -0.05)), "inconclusive", id="a failed arm, not refuted"
    ),
]


@pytest.mark.parametrize(("test", "values", "verdict"), CASES)
def test_verdict_follows_from_the_values(test: RegisteredTest, values: Values, verdict: str) -> None:
    comparison = decide(test, values)
    assert comparison.verdict == verdict, reason(comparison)
    assert reason(comparison).endswith(".")
    assert "no effect" not in reason(comparison)
    needs_runs = not comparison.contrasts or any(contrast.needs_runs for contrast in comparison.contrasts)
    assert (comparison.required_n is not None) == (verdict == "untestable" and needs_runs)


@pytest.mark.parametrize(("test", "values", "verdict"), CASES)
def test_comparison_read_from_json_has_the_same_numbers_and_sentence(
    test: RegisteredTest, values: Values, verdict: str
) -> None:
    comparison = decide(test, values)
    data = comparison.to_json(reason(comparison))
    read = comparison_from_json(json.loads(json.dumps(data, allow_nan=False)))
    assert read.verdict == verdict
    assert read.to_json(reason(read)) == data


def reason(comparison: Comparison) -> str:
    return hypothesis_statement(comparison).sentence


def only_contrast(comparison: Comparison) -> Contrast:
    (contrast,) = comparison.contrasts
    return contrast


def test_contrast_equals_a_calculation_by_hand() -> None:
    """t(0.975, 8) = 2.306004; both arms have the variance 1e-5, so Welch's degrees of freedom are 8."""
    contrast = only_contrast(decide(LOSS, arms(BASE, shifted(BASE, -0.05))))
    assert contrast.difference == pytest.approx(-0.05)
    assert contrast.improvement == pytest.approx(0.05)
    assert contrast.probability_of_superiority == 1.0
    assert contrast.p == contrast.p_adjusted == contrast.p_permutation == 2 / 252
    assert contrast.interval is not None
    assert contrast.interval.high == pytest.approx(-0.05 + 2.306004 * math.sqrt(2 * 1e-5 / 5), abs=1e-8)
    assert contrast.conclusion == "supported"


def test_family_includes_failed_arms_and_only_registered_treatments() -> None:
    values = arms(BASE, shifted(BASE, 0.05), [None] * 5)
    all_treatments, one_treatment = (
        decide(ACCURACY, values),
        decide(accuracy_test(minimum_effect=0.01, treatment="0.003"), values),
    )
    assert (all_treatments.family_size, one_treatment.family_size) == (2, 1)
    assert [all_treatments.contrasts[0].p_adjusted, one_treatment.contrasts[0].p_adjusted] == pytest.approx(
        [4 / 252, 2 / 252]
    )
    assert all_treatments.floor == pytest.approx(4 / 252)
    assert all_treatments.contrasts[0].interval is not None
    assert all_treatments.contrasts[0].interval.level == 0.975


def test_registered_treatment_without_runs_is_untestable() -> None:
    comparison = decide(accuracy_test(treatment="0.1"), arms(BASE, BASE))
    assert comparison.verdict == "untestable"
    assert [arm.level for arm in comparison.arms] == ["0.001", "0.003", "0.1"]


def test_levels_keep_their_order() -> None:
    values = {"b": units(BASE), "0.001": units(BASE), "a": units(BASE)}
    comparison = decide(ACCURACY, values)
    assert [arm.level for arm in comparison.arms] == ["b", "0.001", "a"]
    assert [contrast.treatment for contrast in comparison.contrasts] == ["b", "a"]


def test_run_with_a_non_finite_value_counts_as_failed() -> None:
    comparison = decide(ACCURACY, arms(BASE, [*shifted(BASE, 0.05), math.nan]))
    assert (comparison.arms[1].n, comparison.arms[1].failed) == (5, 1)
    assert "1 of 6 runs with lr = 0.003" in reason(comparison)


def test_improvement_equal_to_the_minimum_effect_is_inconclusive() -> None:
    comparison = decide(
        accuracy_test(minimum_effect=0.25), arms([0.25, 0.5, 0.125, 0.75, 0.5], [0.5, 0.75, 0.375, 1.0, 0.75])
    )
    assert only_contrast(comparison).improvement == pytest.approx(0.25)
    assert comparison.verdict == "inconclusive"


@pytest.mark.parametrize(
    ("test", "values", "note"),
    [
        (ANY, arms([0.9] * 5, NOISY), "all 5 runs with lr=0.001 gave 0.9: seeds may not be in effect"),
        (ANY, arms(NOISY, NOISY), "lr=0.003 and 0.001 gave equal values: lr may not be in effect"),
        (ANY, arms([0.9] * 5, [0.8] * 5), "lr=0.003: the seeds do not affect the values: no arm varies"),
        (ANY, arms(BASE, [None] * 5, BASE), "lr=0.003: an arm has fewer than two completed runs; the contrast still"),
        (PAIRED, arms([*BASE, 0.8], [*NOISY, 0.8, 0.7]), "lr=0.003: 1 run(s) have no partner"),
    ],
    ids=["constant arm", "equal arms", "no variance", "failed arm", "without a partner"],
)
def test_suspicious_runs_are_noted(test: RegisteredTest, values: Values, note: str) -> None:
    assert any(actual.startswith(note) for actual in decide(test, values).notes), decide(test, values).notes


def test_unsuspicious_comparison_has_no_notes() -> None:
    assert decide(ACCURACY, arms(BASE, shifted(NOISY, 0.05))).notes == ()


def test_p_and_conclusions_are_invariant_to_a_common_shift() -> None:
    original = decide(ACCURACY, arms(BASE, NOISY, shifted(BASE, 0.02)))
    moved = decide(ACCURACY, arms(shifted(BASE, 2), shifted(NOISY, 2), shifted(BASE, 2.02)))
    assert [c.p_adjusted for c in original.contrasts] == [c.p_adjusted for c in moved.contrasts]
    assert [c.conclusion for c in original.contrasts] == [c.conclusion for c in moved.contrasts]


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ("goal", "max", "compare.goal"),
        ("alpha", 0.0, "compare.alpha"),
        ("alpha", 1.0, "compare.alpha"),
        ("minimum_effect", -0.01, "compare.minimum_effect"),
        ("minimum_effect", math.nan, "compare.minimum_effect"),
        ("treatment", "0.001", "compare.treatment"),
    ],
)
def test_unusable_registrations_are_rejected(field: str, value: object, key: str) -> None:
    with pytest.raises(UnusableTest, match=key):
        replace(ACCURACY, **{field: value})  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.soak
def test_family_wise_error_rate_is_at_most_alpha(repetitions: Callable[[int, int], int]) -> None:
    """Count the experiments without an effect in which one of two contrasts is significant, in either direction."""
    rng, experiments, alpha = np.random.default_rng(20), repetitions(500, 2000), 0.05
    false_positives = 0
    for _ in range(experiments):
        comparison = decide(ANY, arms(*rng.normal(0.8, 0.02, (3, 5)).tolist()))
        false_positives += any(at_most(c.p_adjusted, alpha) for c in comparison.contrasts if c.p_adjusted is not None)
    assert false_positives / experiments <= alpha + 3 * math.sqrt(alpha * (1 - alpha) / experiments)
