"""Claims over the folds of a cross-validation: pairs within folds, failed runs, and the corrected p."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from agents.registered_test.claims import RegisteredTest
from agents.registered_test.comparison import Comparison
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation
from tests.agents.registered_test.claim_runs import claim, only

FOLD = "data.fold"
GAINS = [0.005, 0.02, 0.03, 0.04, 0.055]
Values = dict[tuple[int, int], float | None]  # by fold and seed


def registered(**fields: Any) -> RegisteredTest:
    claims = fields.pop("claims", (claim(),))
    return RegisteredTest(
        "accuracy", "maximize", "lr", "a", claims=claims, block=(FOLD,), folds=5, paired=True, **fields
    )


def arm(level: str, values: Values, *, seeds: bool) -> Iterator[Observation]:
    for (fold, seed), value in values.items():
        settings = {FOLD: str(fold)} | ({"seed": str(seed)} if seeds else {})
        unit = ",".join(f"{key}={text}" for key, text in settings.items())
        failure = "run" if value is None else None
        yield Observation(
            f"{level}-{unit}", level, f"{FOLD}={fold}", unit, {"accuracy": value}, failure, settings=settings
        )


def observations(gains: Values) -> list[Observation]:
    seeds = len({seed for _, seed in gains}) > 1
    control = {key: 0.8 + 0.01 * key[0] for key in gains}
    treated = {key: None if gain is None else control[key] + gain for key, gain in gains.items()}
    return [*arm("a", control, seeds=seeds), *arm("b", treated, seeds=seeds)]


def one_seed(gains: list[float | None]) -> list[Observation]:
    return observations({(fold, 0): gain for fold, gain in enumerate(gains)})


def outcome(comparison: Comparison) -> tuple[str, int]:
    return comparison.verdict, only(comparison).n_treatment


def test_p_is_corrected_for_the_overlap_of_the_training_sets() -> None:
    comparison = compare(registered(), one_seed([*GAINS]))
    contrast = only(comparison)
    assert (comparison.verdict, contrast.n_treatment) == ("inconclusive", 5)
    assert contrast.p == contrast.p_corrected == pytest.approx(0.0786, abs=5e-4)
    assert contrast.p_permutation is None
    assert contrast.p_welch is None
    assert contrast.method == "corrected resampled t test over 5 folds"
    assert contrast.interval is not None
    assert contrast.interval.low < 0 < contrast.interval.high


def test_clear_difference_is_supported() -> None:
    assert outcome(compare(registered(), one_seed([gain + 0.1 for gain in GAINS]))) == ("supported", 5)


def test_seeds_are_pairs_within_a_fold_and_no_further_folds() -> None:
    repeated = observations({(fold, seed): gain for fold, gain in enumerate(GAINS) for seed in range(4)})
    contrast = only(compare(registered(), repeated))
    assert contrast.n_treatment == 20
    assert contrast.p == pytest.approx(0.0786, abs=5e-4)
    assert contrast.method == "corrected resampled t test of 20 pairs over 5 folds"


def test_failed_run_counts_as_the_worst_value() -> None:
    clear = [gain + 0.1 for gain in GAINS]
    comparison = compare(registered(), one_seed([*clear[:3], None, clear[4]]))
    assert outcome(comparison) == ("inconclusive", 5)


def test_fold_with_a_failed_run_is_excluded_from_both_arms_if_this_is_registered() -> None:
    clear = [gain + 0.1 for gain in GAINS]
    comparison = compare(registered(on_failure="exclude"), one_seed([*clear[:3], None, clear[4]]))
    assert outcome(comparison) == ("supported", 4)


def test_fold_of_one_arm_only_makes_the_test_untestable() -> None:
    runs = [run for run in one_seed([*GAINS]) if run.run_id != f"b-{FOLD}=3"]
    comparison = compare(registered(), runs)
    assert comparison.verdict == "untestable"
    assert only(comparison).reason == f"{FOLD}=3 has no run of one of the arms"


@pytest.mark.parametrize(
    ("kind", "margin", "gains", "verdict"),
    [
        ("noninferiority", 0.05, GAINS, "supported"),
        ("noninferiority", 0.001, [-gain for gain in GAINS], "inconclusive"),
        ("equivalence", 0.2, GAINS, "supported"),
        ("equivalence", 0.01, GAINS, "inconclusive"),
    ],
    ids=["not inferior", "perhaps inferior", "equivalent", "perhaps not equivalent"],
)
def test_other_claims_use_the_corrected_test(kind: str, margin: float, gains: list[float], verdict: str) -> None:
    test = registered(claims=(claim(kind, margin=margin),))
    assert compare(test, one_seed([*gains])).verdict == verdict
