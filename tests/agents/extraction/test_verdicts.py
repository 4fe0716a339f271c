"""Verdicts state the outcome of the registered test and nothing beyond it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.extraction.extract import extract
from agents.facts.fact import by_id
from agents.facts.verdict import Verdict
from tests.agents.small_experiment import COMPARE, evidence, sweep

CONTROL = [0.80, 0.81, 0.82, 0.83, 0.84]
TREATED, CONTROL_ARM = "with model.lr = 0.01", "that with the control, model.lr = 0.001"
COMPARATIVES = re.compile(r"\b(higher|lower|better|worse|improve\w*)\b")


AFTER_LOOKS = {"standing": "exploratory", "reason": "after 2 looks", "looks": 2}


def verdicts_of(
    arms: dict[float, list[float | None]], registration: dict[str, Any] | None = None, **compare: Any
) -> dict[str, Verdict]:
    extracted = extract(evidence(sweep(arms), {**COMPARE, **compare}, registration=registration)).verdicts
    return {verdict.id: verdict for verdict in extracted}


def shifted(by: float, n: int = 5) -> list[float | None]:
    return [value + by for value in CONTROL[:n]]


@pytest.mark.parametrize(
    ("treatment", "compare", "conclusion", "words"),
    [
        (shifted(0.1), {}, "supported", f"mean accuracy {TREATED} exceeds {CONTROL_ARM}"),
        (
            shifted(0.1),
            {"minimum_effect": 0.02},
            "supported",
            f"mean accuracy {TREATED} exceeds {CONTROL_ARM}, by more than 0.02",
        ),
        (shifted(-0.1), {}, "refuted", f"mean accuracy {TREATED} is lower than {CONTROL_ARM}"),
        (
            shifted(0.001),
            {"minimum_effect": 0.2},
            "refuted",
            f"mean accuracy {TREATED} does not exceed {CONTROL_ARM}, by more than 0.2",
        ),
        (
            shifted(0.001),
            {},
            "inconclusive",
            f"the runs neither establish nor exclude that mean accuracy {TREATED} exceeds {CONTROL_ARM}",
        ),
        (shifted(-0.1), {"goal": "minimize"}, "supported", f"mean accuracy {TREATED} is lower than {CONTROL_ARM}"),
    ],
    ids=[
        "supported",
        "by more than a minimum effect",
        "worse",
        "below the minimum effect",
        "inconclusive",
        "metric to minimize",
    ],
)
def test_words_express_the_conclusion(
    treatment: list[float | None], compare: dict[str, Any], conclusion: str, words: str
) -> None:
    verdicts = verdicts_of({0.001: list(CONTROL), 0.01: treatment}, **compare)
    assert {verdict.conclusion for verdict in verdicts.values()} == {conclusion}
    assert {verdict.words for verdict in verdicts.values()} == {words}
    assert verdicts["hypothesis"].sentence.startswith(words[0].upper() + words[1:] + " (mean difference ")
    assert ", n = 5 and 5)" in verdicts["hypothesis"].sentence


def test_two_runs_are_reported_as_values_with_the_required_number() -> None:
    verdicts = verdicts_of({0.001: [0.8, 0.81], 0.01: [0.9, 0.92]})
    sentence = verdicts["hypothesis"].sentence
    assert "The smallest p attainable with these runs is 0.3333, which is above the registered alpha" in sentence
    assert sentence.endswith(
        " With model.lr = 0.01 accuracy was 0.9000 and 0.9200; with the control, model.lr = 0.001, it was 0.8000 and "
        "0.8100."
    )
    assert verdicts["contrast[model.lr=0.01|0.001]"].words == (
        "these runs do not allow a comparison of runs with model.lr = 0.01 with the control, model.lr = 0.001"
    )


@pytest.mark.parametrize(
    "treatment", [[0.9], [None, None], [0.9, 0.92], [0.9, 0.92, 0.94]], ids=["one", "all failed", "two", "three"]
)
def test_too_few_runs_are_not_compared(treatment: list[float | None]) -> None:
    for verdict in verdicts_of({0.001: [0.8, 0.81, 0.82], 0.01: treatment}).values():
        assert verdict.conclusion == "untestable"
        assert not COMPARATIVES.search(f"{verdict.words} {verdict.sentence}")
        assert "None" not in verdict.sentence


def test_single_level_is_untestable() -> None:
    verdicts = verdicts_of({0.001: list(CONTROL)})
    assert list(verdicts) == ["hypothesis"]
    assert verdicts["hypothesis"].words == "there is no level of model.lr to compare with the control, model.lr = 0.001"


def test_family_and_each_contrast_have_a_verdict() -> None:
    verdicts = verdicts_of({0.001: list(CONTROL), 0.01: shifted(0.1), 0.02: shifted(0.09), 0.03: shifted(0.002)})
    assert [verdict.conclusion for verdict in verdicts.values()] == [
        "supported",
        "supported",
        "supported",
        "inconclusive",
    ]
    assert verdicts["hypothesis"].words == f"mean accuracy at some level of model.lr exceeds {CONTROL_ARM}"
    assert "With model.lr = 0.03: inconclusive (mean difference 0.0020, " in verdicts["hypothesis"].sentence
    undecided = verdicts_of({0.001: list(CONTROL), 0.01: shifted(0.001), 0.02: shifted(0.002)})["hypothesis"]
    assert undecided.words == (
        f"the runs neither establish nor exclude that mean accuracy at some level of model.lr exceeds {CONTROL_ARM}"
    )


def test_failed_runs_are_reported_with_the_verdict() -> None:
    verdicts = verdicts_of({0.001: [*CONTROL, None], 0.01: shifted(0.1)})
    assert " Failed: 1 of 6 runs with model.lr = 0.001." in verdicts["hypothesis"].sentence


def test_exploratory_standing_marks_every_verdict_with_its_reason() -> None:
    for verdict in verdicts_of({0.001: list(CONTROL), 0.01: shifted(0.1)}, registration=AFTER_LOOKS).values():
        assert verdict.is_post_hoc
        assert verdict.words.startswith("in an exploratory test, ")
        assert verdict.sentence.endswith(" This test is exploratory and cannot confirm the claim: after 2 looks.")


def test_untestable_verdict_is_not_worded_as_an_exploratory_result() -> None:
    verdict = verdicts_of({0.001: [0.8], 0.01: [0.9]}, registration=AFTER_LOOKS)["hypothesis"]
    assert not verdict.words.startswith("in an exploratory test")
    assert verdict.sentence.endswith(" This test is not confirmatory: after 2 looks.")


KNOWN = ("id-model.lr=0.01,seed=0",)


def test_registered_test_rests_on_fresh_runs_and_the_exploratory_test_on_all() -> None:
    extracted = extract(evidence(sweep({0.001: list(CONTROL), 0.01: shifted(0.1)}), known=KNOWN))
    facts, verdicts = by_id(extracted.facts), {verdict.id: verdict for verdict in extracted.verdicts}
    fact_id = "contrast[model.lr=0.01|0.001].accuracy.n_treatment"
    assert (facts[fact_id].value, facts[f"exploratory.{fact_id}"].value) == (4, 5)
    assert (facts[fact_id].is_post_hoc, facts[f"exploratory.{fact_id}"].is_post_hoc) == (False, True)
    assert (facts["registration.fresh_runs"].value, facts["registration.known_runs"].value) == (9, 1)
    assert "n = 4 and 5)" in verdicts["hypothesis"].sentence
    assert not verdicts["hypothesis"].is_post_hoc
    assert "n = 5 and 5)" in verdicts["exploratory"].sentence
    assert verdicts["exploratory"].words.startswith("in an exploratory test over all 10 runs, mean accuracy ")
    assert verdicts["exploratory"].is_post_hoc


def test_means_of_a_verdict_are_those_of_the_runs_it_rests_on() -> None:
    extracted = extract(evidence(sweep({0.001: list(CONTROL), 0.01: shifted(0.1)}), known=KNOWN))
    facts, verdicts = by_id(extracted.facts), {verdict.id: verdict for verdict in extracted.verdicts}
    tested = "test.arm[model.lr=0.01].accuracy.mean"
    assert facts[tested].value == pytest.approx(sum(CONTROL[1:]) / 4 + 0.1)
    assert tested in verdicts["hypothesis"].facts
    assert "arm[model.lr=0.01].accuracy.mean" not in verdicts["hypothesis"].facts
    assert "arm[model.lr=0.01].accuracy.mean" in verdicts["exploratory"].facts


def test_several_claims_have_verdicts_and_facts_of_their_own() -> None:
    claims = [
        {"type": "superiority", "treatment": 0.01, "margin": 0.0, "metric": "accuracy", "goal": "maximize"},
        {"type": "noninferiority", "treatment": 0.01, "margin": 0.02, "metric": "accuracy", "goal": "maximize"},
    ]
    extracted = extract(evidence(sweep({0.001: list(CONTROL), 0.01: shifted(0.1)}), {**COMPARE, "claims": claims}))
    assert [verdict.id for verdict in extracted.verdicts][:3] == ["hypothesis", "claim[1]", "claim[2]"]
    facts = by_id(extracted.facts)
    assert facts["test.claims"].value == 2
    assert "is not lower than" in str(facts["test.claim[2]"].value)


def test_hypothesis_without_a_test_is_untestable() -> None:
    (verdict,) = extract(evidence(sweep({0.001: list(CONTROL), 0.01: shifted(0.5)}), None)).verdicts
    assert (verdict.id, verdict.conclusion) == ("hypothesis", "untestable")
    assert "no test was registered" in verdict.words


def test_verdict_lists_its_facts_and_subjects() -> None:
    extracted = extract(evidence(sweep({0.001: list(CONTROL), 0.01: shifted(0.1)})))
    facts = by_id(extracted.facts)
    for verdict in extracted.verdicts:
        assert "contrast[model.lr=0.01|0.001].accuracy.p_adjusted" in verdict.facts
        assert "arm[model.lr=0.001].accuracy.mean" in verdict.facts
        assert set(verdict.subjects) == {facts[name].subject for name in verdict.facts}


values = st.lists(st.one_of(st.none(), st.integers(0, 20).map(lambda n: n / 20)), max_size=6)


@settings(deadline=None, max_examples=40)
@given(values, values, st.sampled_from([0.0, 0.1]), st.sampled_from([None, AFTER_LOOKS]))
def test_no_outcome_claims_absence_of_an_effect(
    control: list[float | None], treatment: list[float | None], minimum: float, registration: Any
) -> None:
    for verdict in verdicts_of({0.001: control, 0.01: treatment}, registration, minimum_effect=minimum).values():
        text = f"{verdict.words} {verdict.sentence}"
        assert not re.search(r"no (effect|difference)|equal|the same as|None|nan|inf\b", text)
        if verdict.conclusion == "untestable":
            assert not COMPARATIVES.search(text)
        if verdict.conclusion == "inconclusive":
            assert "neither establish nor exclude" in verdict.words


def test_exploratory_test_without_a_result_is_not_worded_as_a_result() -> None:
    outputs = evidence(sweep({0.001: [0.8, 0.81], 0.01: [0.9, 0.92]}), known=KNOWN)
    verdict = next(verdict for verdict in extract(outputs).verdicts if verdict.id == "exploratory")
    assert verdict.conclusion == "untestable"
    assert verdict.words.startswith("an exploratory test over all 4 runs has no result, because no outcome of the test")
