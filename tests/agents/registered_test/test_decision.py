"""Verdicts by table, what a reason must tell, and how often chance alone is called a finding."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from agents.registered_test.comparison import Comparison, RegisteredTest, UnusableTest, comparison_from_json
from agents.registered_test.contrast import Contrast
from agents.registered_test.decision import compare
from agents.registered_test.sentences import hypothesis_statement
from agents.statistics import at_most

ACCURACY = RegisteredTest("accuracy", "maximize", "lr", "0.001", alpha=0.05, minimum_effect=0.01)
LOSS = RegisteredTest("loss", "minimize", "lr", "0.001", alpha=0.05, minimum_effect=0.01)
ANY = replace(ACCURACY, minimum_effect=0.0)
PAIRED = replace(ANY, paired=True)

BASE = [0.800, 0.802, 0.804, 0.806, 0.808]
NOISY = [0.70, 0.75, 0.80, 0.85, 0.90]


def units(values: Sequence[float | None]) -> dict[str, float | None]:
    return {f"seed={i}": value for i, value in enumerate(values)}


def arms(*values: Sequence[float | None]) -> dict[str, dict[str, float | None]]:
    return dict(zip(("0.001", "0.003", "0.01"), map(units, values), strict=False))


def moved(values: Sequence[float], by: float) -> list[float]:
    return [value + by for value in values]


CASES = [
    pytest.param(ACCURACY, arms(BASE, moved(BASE, 0.05)), "supported", id="clearly better"),
    pytest.param(ACCURACY, arms(BASE, moved(BASE, 0.05), moved(BASE, -0.1)), "supported", id="one of two is enough"),
    pytest.param(ACCURACY, arms(BASE, moved(BASE, -0.05)), "refuted", id="clearly worse"),
    pytest.param(ACCURACY, arms(BASE, BASE), "refuted", id="equal and precise: less than the minimum"),
    pytest.param(ACCURACY, arms(BASE, moved(BASE, 0.0025)), "refuted", id="better, surely by less than the minimum"),
    pytest.param(ACCURACY, arms(BASE, moved(BASE, 0.0091)), "inconclusive", id="significant, short of the minimum"),
    pytest.param(ACCURACY, arms(NOISY, NOISY), "inconclusive", id="equal and noisy"),
    pytest.param(ACCURACY, arms(NOISY, moved(NOISY, 0.05)), "inconclusive", id="better but noisy"),
    pytest.param(ACCURACY, arms(BASE, moved(BASE, -0.05), NOISY), "inconclusive", id="one refuted, one open"),
    pytest.param(ANY, arms(BASE, BASE), "inconclusive", id="no minimum: equality never refutes"),
    pytest.param(ANY, arms(BASE, moved(BASE, -0.05)), "refuted", id="no minimum: worse refutes"),
    pytest.param(ANY, arms([0.9] * 5, [0.8] * 5), "refuted", id="worse by permutation where no interval exists"),
    pytest.param(ANY, arms([0.9] * 5, [0.9] * 5), "inconclusive", id="all equal"),
    pytest.param(LOSS, arms(BASE, moved(BASE, -0.05)), "supported", id="a lower loss"),
    pytest.param(LOSS, arms(BASE, moved(BASE, 0.05)), "refuted", id="a higher loss"),
    pytest.param(LOSS, arms(BASE, moved(BASE, -0.0025)), "refuted", id="a loss lower by surely less than the minimum"),
    pytest.param(LOSS, arms(NOISY, NOISY), "inconclusive", id="noisy losses"),
    pytest.param(PAIRED, arms([*NOISY, 0.8, 0.6], moved([*NOISY, 0.8, 0.6], 0.01)), "supported", id="paired sees more"),
    pytest.param(ANY, arms([*NOISY, 0.8, 0.6], moved([*NOISY, 0.8, 0.6], 0.01)), "inconclusive", id="than unpaired"),
    pytest.param(ACCURACY, arms(BASE[:3], moved(BASE[:3], 0.5)), "untestable", id="three runs"),
    pytest.param(ACCURACY, arms(BASE[:4], moved(BASE[:4], 0.5)), "supported", id="four runs, one contrast"),
    pytest.param(ACCURACY, arms(BASE[:4], *[moved(BASE[:4], 0.5)] * 2), "untestable", id="four runs, two contrasts"),
    pytest.param(PAIRED, arms(BASE, moved(BASE, 0.5)), "untestable", id="five pairs"),
    pytest.param(ACCURACY, arms(BASE, BASE[:1]), "untestable", id="one run"),
    pytest.param(ACCURACY, arms([None] * 5, BASE), "untestable", id="the control failed"),
    pytest.param(ACCURACY, arms(BASE, [None] * 5, [None] * 5), "untestable", id="every treatment failed"),
    pytest.param(ACCURACY, arms(BASE), "untestable", id="no treatment"),
    pytest.param(ACCURACY, {}, "untestable", id="nothing at all"),
    pytest.param(ACCURACY, arms(BASE, [None] * 5, moved(BASE, 0.05)), "supported", id="one arm failed, one is better"),
    pytest.param(ACCURACY, arms(BASE, [None] * 5, moved(BASE, -0.05)), "inconclusive", id="a failed arm keeps it open"),
]


@pytest.mark.parametrize(("test", "given", "verdict"), CASES)
def test_verdict(test: RegisteredTest, given: dict[str, dict[str, float | None]], verdict: str) -> None:
    found = compare(test, given)
    assert found.verdict == verdict, reason(found)
    assert reason(found).endswith(".")
    assert "no effect" not in reason(found)
    assert (found.required_n is None) == (verdict != "untestable")


@pytest.mark.parametrize(("test", "given", "verdict"), CASES)
def test_comparison_read_from_json_has_the_same_numbers_and_sentence(
    test: RegisteredTest, given: dict[str, dict[str, float | None]], verdict: str
) -> None:
    written = compare(test, given)
    data = written.to_json(reason(written))
    read = comparison_from_json(json.loads(json.dumps(data, allow_nan=False)))
    assert read.verdict == verdict
    assert read.to_json(reason(read)) == data


def reason(comparison: Comparison) -> str:
    return hypothesis_statement(comparison).sentence


def only(comparison: Comparison) -> Contrast:
    (contrast,) = comparison.contrasts
    return contrast


@pytest.mark.parametrize(
    ("test", "given", "said"),
    [
        pytest.param(
            ACCURACY,
            arms(BASE, moved(BASE, 0.05)),
            "With lr = 0.003 accuracy was higher than with the control, lr = 0.001, and the observed difference "
            "reaches the registered minimum effect of 0.01 (mean difference 0.0500, 95% confidence interval 0.0454 to "
            "0.0546, p = 0.0079, n = 5 and 5).",
            id="supported",
        ),
        pytest.param(
            LOSS,
            arms(BASE, [*moved(BASE, -0.05), None], [None, *moved(BASE, -0.06)]),
            "With lr = 0.01 loss was lower than with the control, lr = 0.001, and the observed difference reaches the "
            "registered minimum effect of 0.01 (mean difference -0.0600, 97.5% confidence interval -0.0655 to -0.0545, "
            "Holm-adjusted p = 0.0159, n = 5 and 5). The contrast with lr = 0.003 is also supported. Failed runs were "
            "excluded: 1 of 6 runs with lr = 0.003, 1 of 6 runs with lr = 0.01.",
            id="two supported, with failed runs",
        ),
        pytest.param(
            ACCURACY,
            arms(BASE[:4], *[moved(BASE[:4], 0.5)] * 2),
            "The smallest Holm-adjusted p attainable with this number of runs is 0.0571, which is above the registered "
            "alpha of 0.05. The test requires 5 runs per arm. With lr = 0.003 accuracy was 1.3030 (mean of 4 runs); "
            "with the control, lr = 0.001, it was 0.8030 (mean of 4 runs). With lr = 0.01 accuracy was 1.3030 (mean of "
            "4 runs); with the control, lr = 0.001, it was 0.8030 (mean of 4 runs).",
            id="smallest attainable p above alpha",
        ),
        pytest.param(
            PAIRED,
            arms([*BASE, None], [None, *BASE]),
            "The smallest p attainable with this number of runs is 0.1250, which is above the registered alpha of "
            "0.05. The test requires 6 pairs. With lr = 0.003 accuracy was 0.8040 (mean of 5 runs); with the control, "
            "lr = 0.001, it was 0.8040 (mean of 5 runs). Failed runs were excluded: 1 of 6 runs with lr = 0.001, "
            "1 of 6 runs with lr = 0.003.",
            id="pairs lost to failures",
        ),
        pytest.param(
            ACCURACY,
            arms([None] * 5, BASE),
            "The registered test cannot be carried out because an arm has fewer than two usable runs. The test "
            "requires 4 runs per arm. With lr = 0.003 accuracy was 0.8040 (mean of 5 runs); with the control, "
            "lr = 0.001, it was not measured. Failed runs were excluded: 5 of 5 runs with lr = 0.001.",
            id="no control",
        ),
        pytest.param(
            ANY,
            arms([0.9] * 5, [0.8] * 5),
            "With lr = 0.003 accuracy was lower than with the control, lr = 0.001 (mean difference -0.1000, p = "
            "0.0079, n = 5 and 5).",
            id="worse, without an interval",
        ),
        pytest.param(
            ACCURACY,
            arms(NOISY, NOISY),
            "The runs neither establish nor exclude that accuracy is higher with lr = 0.003 than with the control, "
            "lr = 0.001, by at least 0.01 (mean difference 0.0000, 95% confidence interval -0.1153 to 0.1153, p = 1, "
            "n = 5 and 5).",
            id="inconclusive",
        ),
    ],
)
def test_sentence_of_the_hypothesis(test: RegisteredTest, given: dict[str, dict[str, float | None]], said: str) -> None:
    assert reason(compare(test, given)) == said


def test_a_contrast_by_hand() -> None:
    """t(0.975, 8) = 2.306004; both arms have the variance 1e-5, so Welch's degrees of freedom are 8."""
    found = only(compare(LOSS, arms(BASE, moved(BASE, -0.05))))
    assert found.difference == pytest.approx(-0.05)
    assert found.improvement == pytest.approx(0.05)
    assert found.probability_of_superiority == 1.0
    assert found.p == found.p_adjusted == 2 / 252
    assert found.interval is not None
    assert found.interval.high == pytest.approx(-0.05 + 2.306004 * math.sqrt(2 * 1e-5 / 5), abs=1e-8)
    assert found.conclusion == "supported"


def test_the_family_is_all_of_the_registration() -> None:
    given = arms(BASE, moved(BASE, 0.05), [None] * 5)
    every, named = compare(ACCURACY, given), compare(replace(ACCURACY, treatment="0.003"), given)
    assert (every.family_size, named.family_size) == (2, 1)
    assert [every.contrasts[0].p_adjusted, named.contrasts[0].p_adjusted] == pytest.approx([4 / 252, 2 / 252])
    assert every.floor == pytest.approx(4 / 252)
    assert every.contrasts[0].interval is not None
    assert every.contrasts[0].interval.level == 0.975


def test_a_registered_treatment_that_never_ran_is_untestable() -> None:
    found = compare(replace(ACCURACY, treatment="0.1"), arms(BASE, BASE))
    assert found.verdict == "untestable"
    assert [arm.level for arm in found.arms] == ["0.001", "0.003", "0.1"]


def test_levels_keep_their_order() -> None:
    given = {"b": units(BASE), "0.001": units(BASE), "a": units(BASE)}
    found = compare(ACCURACY, given)
    assert [arm.level for arm in found.arms] == ["b", "0.001", "a"]
    assert [contrast.treatment for contrast in found.contrasts] == ["b", "a"]


def test_a_value_that_is_not_finite_is_a_failed_run() -> None:
    found = compare(ACCURACY, arms(BASE, [*moved(BASE, 0.05), math.nan]))
    assert (found.arms[1].n, found.arms[1].failed) == (5, 1)
    assert "1 of 6 runs with lr = 0.003" in reason(found)


def test_an_improvement_of_exactly_the_minimum_counts() -> None:
    """0.3 - 0.2 is a little less than 0.1 in binary."""
    found = compare(replace(ACCURACY, minimum_effect=0.1), arms([0.2] * 5, [0.3] * 5))
    assert found.verdict == "supported"


@pytest.mark.parametrize(
    ("test", "given", "note"),
    [
        (ANY, arms([0.9] * 5, NOISY), "all 5 runs with lr=0.001 gave 0.9: seeds may not be in effect"),
        (ANY, arms(NOISY, NOISY), "lr=0.003 and 0.001 gave equal values: lr may not be in effect"),
        (ANY, arms([0.9] * 5, [0.8] * 5), "no interval for lr=0.003: neither arm varies"),
        (ANY, arms(BASE, [None] * 5, BASE), "lr=0.003 could not be compared and still counts in the family"),
        (PAIRED, arms([*BASE, 0.8, None], [*NOISY, 0.8, 0.7]), "lr=0.003: 1 run(s) have no partner"),
    ],
    ids=["constant arm", "equal arms", "no variance", "failed arm", "without a partner"],
)
def test_notes(test: RegisteredTest, given: dict[str, dict[str, float | None]], note: str) -> None:
    assert any(found.startswith(note) for found in compare(test, given).notes), compare(test, given).notes


def test_a_quiet_comparison_has_no_notes() -> None:
    assert compare(ACCURACY, arms(BASE, moved(NOISY, 0.05))).notes == ()


def test_moving_every_arm_moves_only_the_means() -> None:
    there = compare(ACCURACY, arms(BASE, NOISY, moved(BASE, 0.02)))
    back = compare(ACCURACY, arms(moved(BASE, 2), moved(NOISY, 2), moved(BASE, 2.02)))
    assert [c.p_adjusted for c in there.contrasts] == [c.p_adjusted for c in back.contrasts]
    assert [c.conclusion for c in there.contrasts] == [c.conclusion for c in back.contrasts]


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
def test_a_registration_must_mean_something(field: str, value: object, key: str) -> None:
    with pytest.raises(UnusableTest, match=key):
        replace(ACCURACY, **{field: value})  # type: ignore[arg-type]


@pytest.mark.slow
def test_chance_alone_is_rarely_a_finding() -> None:
    """Family-wise: any contrast of two significant, in either direction, over 2,000 experiments without an effect."""
    rng, experiments, alpha = np.random.default_rng(20), 2000, 0.05
    findings = 0
    for _ in range(experiments):
        found = compare(ANY, arms(*rng.normal(0.8, 0.02, (3, 5)).tolist()))
        findings += any(at_most(c.p_adjusted, alpha) for c in found.contrasts if c.p_adjusted is not None)
    assert findings / experiments <= alpha + 3 * math.sqrt(alpha * (1 - alpha) / experiments)
