"""The sentences of verdicts state the decided claim, its outcome, its numbers, and how failed runs were treated."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from agents.facts.verdict import TestOutcome
from agents.registered_test.arms import Arm
from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.wording.contrast_sentences import contrast_statement
from agents.registered_test.wording.sentences import claim_statement, claim_text, hypothesis_statement
from agents.statistics import Interval

ACCURACY = RegisteredTest("accuracy", "maximize", "lr", "0.001", "0.01", minimum_effect=0.01)
LOSS = RegisteredTest("loss", "minimize", "lr", "0.001", "0.01", minimum_effect=0.01)
X, CONTROL = "with lr = 0.01", "the control, lr = 0.001"
CLAIM = f"mean accuracy {X} exceeds that with {CONTROL}, by more than 0.01"
NUMBERS = "(mean difference 0.0500, 95% confidence interval 0.0400 to 0.0600, p = 0.0079, from permutation p = "
NUMBERS += "0.0079 and Welch p < 0.001, n = 5 and 5)"


def arm(level: str, n: int = 5, failed: int = 0) -> Arm:
    return Arm(level, tuple((f"seed={seed}", 0.8) for seed in range(n)), failed)


def contrast(treatment: str = "0.01", conclusion: TestOutcome = "supported", **fields: Any) -> Contrast:
    measured: dict[str, Any] = {
        "metric": "accuracy",
        "margin": 0.01,
        "difference": 0.05,
        "improvement": 0.05,
        "interval": Interval(0.04, 0.06, 0.95),
        "p": 0.0079,
        "p_permutation": 0.0079,
        "p_welch": 0.0001,
        "p_adjusted": 0.0079,
        "method": "permutation test and Welch test",
        "conclusion": conclusion,
    }
    return Contrast(treatment, 5, 5, **(measured | fields))


def comparison(
    test: RegisteredTest, *contrasts: Contrast, verdict: TestOutcome = "supported", **fields: Any
) -> Comparison:
    levels = dict.fromkeys(("0.001", *(measured.treatment for measured in contrasts)))
    values: dict[str, Any] = {
        "alpha": test.alpha,
        "method": "permutation test and Welch test",
        "family_size": len(contrasts),
        "floor": 0.0079,
        "arms": tuple(map(arm, levels)),
        "claim_verdicts": (verdict,),
    }
    return Comparison(test, contrasts=contrasts, verdict=verdict, **(values | fields))


def of_type(kind: Any, margin: float, goal: Any = "maximize", **fields: Any) -> RegisteredTest:
    metric = "accuracy" if goal == "maximize" else "loss"
    claim = RegisteredClaim(kind, "0.01", margin, metric, goal, **fields)
    return RegisteredTest(metric, goal, "lr", "0.001", claims=(claim,))


DIFFERENCE = (
    f"the difference in mean accuracy between runs {X} and runs with {CONTROL}, differs between the levels of data"
)


@pytest.mark.parametrize(
    ("test", "supported", "refuted"),
    [
        pytest.param(
            ACCURACY,
            CLAIM,
            f"mean accuracy {X} does not exceed that with {CONTROL}, by more than 0.01",
            id="superiority by more than a minimum",
        ),
        pytest.param(
            replace(ACCURACY, minimum_effect=0.0, claims=()),
            f"mean accuracy {X} exceeds that with {CONTROL}",
            f"mean accuracy {X} is lower than that with {CONTROL}",
            id="superiority",
        ),
        pytest.param(
            LOSS,
            f"mean loss {X} is lower than that with {CONTROL}, by more than 0.01",
            f"mean loss {X} is not lower than that with {CONTROL}, by more than 0.01",
            id="superiority of a metric to minimize",
        ),
        pytest.param(
            of_type("noninferiority", 0.02),
            f"mean accuracy {X} is not lower than that with {CONTROL}, by 0.02 or more",
            f"mean accuracy {X} is lower than that with {CONTROL}, by more than 0.02",
            id="noninferiority",
        ),
        pytest.param(
            of_type("noninferiority", 0.02, "minimize"),
            f"mean loss {X} is not higher than that with {CONTROL}, by 0.02 or more",
            f"mean loss {X} is higher than that with {CONTROL}, by more than 0.02",
            id="noninferiority of a metric to minimize",
        ),
        pytest.param(
            of_type("equivalence", 0.02),
            f"mean accuracy {X} differs from that with {CONTROL}, by less than 0.02",
            f"mean accuracy {X} differs from that with {CONTROL}, by more than 0.02",
            id="equivalence",
        ),
        pytest.param(
            of_type("interaction", 0.02, factors=("lr", "data")),
            f"{DIFFERENCE}, by more than 0.02",
            f"{DIFFERENCE}, by less than 0.02",
            id="interaction",
        ),
    ],
)
def test_words_of_each_claim_type(test: RegisteredTest, supported: str, refuted: str) -> None:
    undecided = f"the runs neither establish nor exclude that {supported}"
    for outcome, words in (("supported", supported), ("refuted", refuted), ("inconclusive", undecided)):
        decided = comparison(test, contrast(conclusion=outcome), verdict=outcome)  # type: ignore[arg-type]
        assert hypothesis_statement(decided).words == words
        assert hypothesis_statement(decided).sentence.startswith(words[0].upper() + words[1:])


def test_sentence_has_difference_interval_both_p_and_n() -> None:
    assert (
        hypothesis_statement(comparison(ACCURACY, contrast())).sentence == f"{CLAIM[0].upper()}{CLAIM[1:]} {NUMBERS}."
    )


@pytest.mark.parametrize(
    ("p_permutation", "p_welch", "name"),
    [(0.008, 0.2, "permutation"), (0.2, 0.008, "Welch"), (0.2, 0.3, None)],
    ids=["only permutation", "only Welch", "neither"],
)
def test_disagreement_of_the_two_tests_is_stated(p_permutation: float, p_welch: float, name: str | None) -> None:
    p = max(p_permutation, p_welch)
    parts = {"p": p, "p_adjusted": p, "p_permutation": p_permutation, "p_welch": p_welch}
    undecided = comparison(ACCURACY, contrast(conclusion="inconclusive", **parts), verdict="inconclusive")
    sentence = hypothesis_statement(undecided).sentence
    assert (f"The tests do not agree: only the {name} p is significant" in sentence) == (name is not None)


@pytest.mark.parametrize(
    ("settings", "statement"),
    [
        ({"worst": 0.1}, "In the test, failed runs are counted as the registered worst value, 0.1."),
        ({}, "failed runs are counted as the worst observed value, which may be too favourable"),
        (
            {"on_failure": "exclude"},
            "failed runs are excluded, as registered, so that the verdict applies only to runs that complete",
        ),
    ],
    ids=["declared worst", "observed worst", "excluded"],
)
def test_failed_runs_are_stated_with_the_rule(settings: dict[str, Any], statement: str) -> None:
    with_failures = comparison(
        replace(ACCURACY, **settings), contrast(), arms=(arm("0.001"), arm("0.01", 5, 1), arm("0.1", 0, 5))
    )
    sentence = hypothesis_statement(with_failures).sentence
    assert "Failed: 1 of 6 runs with lr = 0.01." in sentence
    assert statement in sentence


ANY = replace(ACCURACY, treatment=None, claims=())


def levels(*outcomes: tuple[str, TestOutcome, float]) -> tuple[Contrast, ...]:
    return tuple(contrast(level, outcome, improvement=size, difference=size) for level, outcome, size in outcomes)


@pytest.mark.parametrize(
    ("outcomes", "verdict", "words"),
    [
        pytest.param(
            levels(("0.003", "inconclusive", 0.0), ("0.01", "supported", 0.05)),
            "supported",
            f"mean accuracy at some level of lr exceeds that with {CONTROL}, by more than 0.01",
            id="supported",
        ),
        pytest.param(
            levels(("0.003", "refuted", 0.0), ("0.01", "refuted", 0.001)),
            "refuted",
            f"mean accuracy at every other tested level of lr does not exceed that with {CONTROL}, by more than 0.01",
            id="refuted",
        ),
        pytest.param(
            levels(("0.003", "refuted", 0.0), ("0.01", "inconclusive", 0.001)),
            "inconclusive",
            "the runs neither establish nor exclude that mean accuracy at some level of lr exceeds that with "
            f"{CONTROL}, by more than 0.01",
            id="inconclusive",
        ),
    ],
)
def test_any_level_is_worded_as_some_level(outcomes: tuple[Contrast, ...], verdict: TestOutcome, words: str) -> None:
    statement = hypothesis_statement(comparison(ANY, *outcomes, verdict=verdict))
    assert statement.words == words
    assert statement.sentence.index("With lr = 0.01: ") < statement.sentence.index("With lr = 0.003: ")
    assert "Holm-adjusted p" in statement.sentence


def two_claims(
    *verdicts: TestOutcome, overall: TestOutcome, order: Any = "holm", secondary: bool = False
) -> Comparison:
    test = RegisteredTest(
        "accuracy",
        "maximize",
        "lr",
        "0.001",
        claims=(
            RegisteredClaim("superiority", "0.01", 0.01, "accuracy", "maximize"),
            RegisteredClaim("noninferiority", "0.01", 0.02, "loss", "minimize", primary=not secondary),
        ),
        order=order,
    )
    contrasts = (
        contrast(conclusion=verdicts[0]),
        contrast(conclusion=verdicts[1], claim=1, type="noninferiority", metric="loss", margin=0.02),
    )
    return comparison(test, *contrasts, verdict=overall, claim_verdicts=verdicts)


def test_several_claims_have_a_sentence_each() -> None:
    statement = hypothesis_statement(two_claims("supported", "inconclusive", overall="inconclusive"))
    assert statement.sentence.startswith(
        "The primary claims include an inconclusive one. Claim 1 (superiority, primary)"
    )
    assert f"Claim 1 (superiority, primary) is supported: {CLAIM[0].upper()}{CLAIM[1:]}" in statement.sentence
    assert "Claim 2 (noninferiority, primary) is inconclusive: The runs neither" in statement.sentence
    assert "Holm's adjustment covers all 2 contrasts of the claims." in statement.sentence
    assert statement.words.startswith("the primary claims include an inconclusive one: the runs neither establish")


def test_verdict_of_primary_claims_is_not_that_of_a_secondary_claim() -> None:
    statement = hypothesis_statement(two_claims("supported", "refuted", overall="supported", secondary=True))
    assert statement.words == f"every primary claim is supported: {CLAIM}"
    assert "Claim 2 (noninferiority, secondary) is refuted" in statement.sentence


def test_claim_after_a_failed_one_in_a_fixed_order_is_not_tested() -> None:
    fixed = two_claims("inconclusive", "inconclusive", overall="inconclusive", order="fixed")
    sentence = claim_statement(fixed, 1).sentence
    assert sentence.endswith("; it was not tested, because an earlier claim in the registered order is not supported.")
    assert "mean difference" not in sentence
    assert "Claim 2 (noninferiority, primary) is not tested: " in hypothesis_statement(fixed).sentence


REASONS = [
    "an arm has fewer than two completed runs",
    "seeds have no effect: no arm has any spread",
    "1 run(s) failed, and the registered test refuses failed runs",
    "1 run(s) failed because of the machine, and the next build trains them again",
]


@pytest.mark.parametrize("reason", REASONS)
def test_reason_is_stated_if_a_test_cannot_be_carried_out(reason: str) -> None:
    unmeasured = Contrast("0.01", 1, 5, reason=reason, needs_runs=True)
    untestable = comparison(ACCURACY, unmeasured, verdict="untestable", required_n=4)
    statement = hypothesis_statement(untestable)
    assert statement.words == f"the test cannot be carried out, because {reason}"
    assert "The test requires 4 runs per arm." in statement.sentence


def test_smallest_attainable_p_above_alpha_is_stated() -> None:
    measured = contrast(conclusion="untestable")
    untestable = comparison(ACCURACY, measured, verdict="untestable", floor=0.0571, required_n=5)
    assert hypothesis_statement(untestable).sentence == (
        "The smallest p attainable with these runs is 0.0571, which is above the registered alpha of 0.05. The test "
        "requires 5 runs per arm. With lr = 0.01 accuracy was 0.8000 (mean of 5 runs); with the control, lr = 0.001, "
        "it was 0.8000 (mean of 5 runs)."
    )
    of_look = replace(untestable, alpha=0.005)
    assert "which is above the alpha of this look, 0.005." in hypothesis_statement(of_look).sentence


def test_exploratory_statement_has_the_reason_and_confirms_nothing() -> None:
    statement = contrast_statement(comparison(ACCURACY, contrast()), contrast()).exploratory("15 of 15 runs were known")
    assert statement.words == f"in an exploratory test, {CLAIM}"
    assert statement.sentence.endswith(
        "This test is exploratory and cannot confirm the claim: 15 of 15 runs were known."
    )


def test_text_of_the_compiler_is_preferred() -> None:
    claim = replace(ACCURACY.claims[0], text="mean accuracy at lr=0.01 exceeds that at 0.001 by more than 0.01")
    assert claim_text(comparison(replace(ACCURACY, claims=(claim,)), contrast()), 0) == claim.text
    assert claim_text(comparison(ACCURACY, contrast()), 0) == CLAIM


@pytest.mark.parametrize("outcome", ["supported", "refuted", "inconclusive", "untestable"])
def test_no_outcome_claims_absence_of_an_effect(outcome: TestOutcome) -> None:
    statement = hypothesis_statement(comparison(ACCURACY, contrast(conclusion=outcome), verdict=outcome))
    assert not re.search(r"no (effect|difference)|equal|the same as|None|nan|inf\b", " ".join(statement))


def test_values_of_another_metric_are_not_given_as_values_of_the_claim() -> None:
    unmeasured = replace(contrast(conclusion="untestable"), metric="loss", p=None, reason="an arm has no runs")
    statement = contrast_statement(comparison(ACCURACY, unmeasured, verdict="untestable"), unmeasured)
    assert statement.sentence == (
        "These runs do not allow a comparison of runs with lr = 0.01 with the control, lr = 0.001, because an arm has "
        "no runs."
    )


def test_test_without_any_finished_run_says_so() -> None:
    nothing = comparison(ANY, verdict="untestable", arms=(arm("0.001", 0),), required_n=4)
    assert hypothesis_statement(nothing).sentence == (
        "No finished run is left that the registration of the test did not know. The test requires 4 runs per arm."
    )
