"""Claims of every type, families, blocks, pairs and failed runs, decided over observations."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
from scipy import stats

from agents.registered_test.claims import RegisteredClaim, RegisteredTest, UnusableTest, registered_test
from agents.registered_test.comparison import Comparison, comparison_from_json
from agents.registered_test.contrast import Contrast
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation

BASE = [0.800, 0.802, 0.804, 0.806, 0.808]
Values = Sequence[float | None]


def runs(
    level: str, values: Values, failure: Literal["run", "machine"] = "run", **settings: str
) -> Iterator[Observation]:
    """Yield one run for each value, with seeds 0, 1, … and these settings. None is a failed run."""
    for seed, value in enumerate(values):
        swept = {**settings, "seed": str(seed)}
        yield Observation(
            f"{level}-{swept}",
            level,
            settings.get("data", ""),
            ",".join(f"{key}={swept[key]}" for key in sorted(swept)),
            {"accuracy": value, "loss": None if value is None else 1 - value},
            None if value is not None else failure,
            settings=swept,
        )


def claim(
    kind: Any = "superiority", treatment: str | None = "b", margin: float = 0.0, **fields: Any
) -> RegisteredClaim:
    return RegisteredClaim(kind, treatment, margin, **{"metric": "accuracy", "goal": "maximize"} | fields)


def registered(*claims: RegisteredClaim, **fields: Any) -> RegisteredTest:
    return RegisteredTest("accuracy", "maximize", "lr", "a", claims=claims or (claim(),), **fields)


def shifted(by: float, values: Sequence[float] = BASE) -> list[float]:
    return [value + by for value in values]


def two_arms(treatment: Values, control: Values = BASE, **settings: str) -> list[Observation]:
    return [*runs("a", control, **settings), *runs("b", treatment, **settings)]


def own_seeds(observations: Sequence[Observation]) -> list[Observation]:
    """Return the runs with seeds that no other data set has."""
    return [
        replace(run, settings={**run.settings, "seed": f"{run.settings['seed']} on {run.settings['data']}"})
        for run in observations
    ]


def only(comparison: Comparison) -> Contrast:
    (contrast,) = comparison.contrasts
    return contrast


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


INTERACTION = claim("interaction", margin=0.0, factors=("lr", "data"))


def cells(effect: float, other_effect: float, values: Sequence[float] = BASE) -> list[Observation]:
    """Return both arms on two data sets, with these effects of the treatment."""
    noise = [0.001, -0.002, 0.0, 0.003, -0.001]
    second = [0.1 + value for value in values]
    return [
        *two_arms([v + effect + e for v, e in zip(values, noise, strict=True)], values, data="digits"),
        *two_arms([v + other_effect - e for v, e in zip(second, noise, strict=True)], second, data="letters"),
    ]


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


def test_treatment_that_fails_on_one_of_two_data_sets_is_not_supported() -> None:
    """Without blocks, the completed runs on the easy data set would have looked better."""
    easy, hard = two_arms(shifted(0.001), data="easy"), two_arms([None] * 5, [0.4, 0.41, 0.42, 0.43, 0.44], data="hard")
    for policy in ("worst", "exclude", "refuse"):
        for block in ((), ("data",)):
            test = registered(on_failure=policy, block=block)
            pooled = [replace(run, block=run.block if block else "") for run in (*easy, *hard)]
            excluded_and_pooled = (policy, block) == ("exclude", ())  # the compiler refuses a factor that is no block
            assert compare(test, pooled).verdict != "supported" or excluded_and_pooled, (policy, block)


def test_blocks_are_averaged_without_weights_and_permuted_within() -> None:
    small, large = (
        two_arms([1.5, 2.5], [0.5, 1.5], data="x"),
        two_arms([15.0, 15.5, 16.0], [10.0, 10.5, 11.0], data="y"),
    )
    contrast = only(compare(registered(block=("data",)), own_seeds([*small, *large])))
    assert contrast.difference == pytest.approx((1 + 5) / 2)
    assert contrast.floor == pytest.approx(2 / (6 * 20))
    assert contrast.p_permutation == pytest.approx(2 * 2 / (6 * 20))  # the upper tail has a tie within the block x


def test_blocks_with_one_run_of_each_arm_are_pairs() -> None:
    values = [0.70, 0.75, 0.80, 0.85, 0.90, 0.6]
    better = [0.711, 0.759, 0.812, 0.858, 0.911, 0.609]
    blocked = [
        run
        for number, pair in enumerate(zip(better, values, strict=True))
        for run in two_arms([pair[0]], [pair[1]], data=f"d{number}")
    ]
    contrast = only(compare(registered(block=("data",)), own_seeds(blocked)))
    paired = only(compare(registered(paired=True), two_arms(better, values)))
    assert (contrast.p_permutation, contrast.p_welch) == (paired.p_permutation, paired.p_welch)
    assert contrast.p_welch == pytest.approx(stats.ttest_rel(better, values).pvalue)
    assert contrast.p_permutation == 2 / 2**6
    assert contrast.probability_of_superiority == 1.0


def test_seed_as_a_blocking_key_pairs_the_seeds_within_the_other_blocks() -> None:
    easy = two_arms([0.812, 0.811, 0.815, 0.818], BASE[:4], data="easy")
    hard = two_arms([0.43, 0.44, 0.42, 0.45], [0.40, 0.42, 0.41, 0.42], data="hard")
    runs_of_all = [*easy, *hard]
    blocked = [replace(run, block=f"data={run.settings['data']},seed={run.settings['seed']}") for run in runs_of_all]
    by_seed = only(compare(registered(block=("data", "seed")), blocked))
    paired = only(compare(registered(block=("data",), paired=True), runs_of_all))
    assert by_seed == paired
    assert (by_seed.n_treatment, by_seed.floor) == (4, 2 / 2**4)


def test_seed_without_a_partner_is_excluded_from_pairs_by_seed() -> None:
    observations = [
        replace(run, block=run.unit) for run in two_arms([*shifted(0.05), 0.9, 0.91, 0.9], [*BASE, 0.81, 0.8])
    ]
    comparison = compare(registered(block=("seed",)), observations)
    assert (only(comparison).n_treatment, comparison.verdict) == (7, "supported")
    assert "1 run(s) have no partner" in comparison.notes[0]


def test_pairs_within_blocks_have_one_variance_in_each_block() -> None:
    first, second = [0.011, 0.009, 0.012, 0.008], [0.03, 0.02, 0.04, 0.05]
    observations = [
        *two_arms([b + d for b, d in zip(BASE, first, strict=False)], BASE[:4], data="x"),
        *two_arms([b + d for b, d in zip(BASE, second, strict=False)], BASE[:4], data="y"),
    ]
    contrast = only(compare(registered(block=("data",), paired=True), own_seeds(observations)))
    error = math.sqrt(np.var(first, ddof=1) / 4 + np.var(second, ddof=1) / 4) / 2
    assert contrast.difference == pytest.approx((0.01 + 0.035) / 2)
    assert contrast.floor == 2 / 2**8
    assert contrast.interval is not None
    v = np.array([np.var(first, ddof=1), np.var(second, ddof=1)])
    quantile = stats.t.ppf(0.975, v.sum() ** 2 / (v**2 / 3).sum())
    assert contrast.interval.high - contrast.interval.low == pytest.approx(2 * quantile * error)


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


BETTER_BASE = [0.85, 0.853, 0.851, 0.858, 0.86]


@pytest.mark.parametrize(
    ("blocks", "runs_of_arm", "fields", "required"),
    [
        (1, 3, {}, 4),
        (2, 2, {}, 3),
        (2, 2, {"shared": True}, 4),
        (5, 1, {}, 6),
        (5, 1, {"shared": True}, 4),
        (1, 4, {"paired": True}, 6),
        (1, 4, {"alpha": 0.001}, 7),
    ],
    ids=[
        "one block",
        "two blocks",
        "two blocks with the same seeds",
        "blocks with one run are pairs",
        "blocks with one seed are not",
        "pairs",
        "small alpha",
    ],
)
def test_required_n_counts_the_runs_of_each_block(
    blocks: int, runs_of_arm: int, fields: dict[str, Any], required: int
) -> None:
    observations = [
        run
        for number in range(blocks)
        for run in two_arms(shifted(0.001 * number, BETTER_BASE[:runs_of_arm]), BASE[:runs_of_arm], data=f"d{number}")
    ]
    shared = fields.pop("shared", False)
    test = registered(block=("data",), **fields)
    comparison = compare(test, observations if shared else own_seeds(observations))
    assert (comparison.verdict, comparison.required_n) == ("untestable", required)


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
