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
CONTROL_ARM = "with the control, model.lr = 0.001"
COMPARATIVES = re.compile(r"\b(higher|lower|better|worse|improve\w*)\b")


def verdicts_of(arms: dict[float, list[float | None]], post_hoc: bool = False, **compare: Any) -> dict[str, Verdict]:
    extracted = extract(evidence(sweep(arms), {**COMPARE, **compare}, post_hoc=post_hoc)).verdicts
    return {verdict.id: verdict for verdict in extracted}


def shifted(by: float, n: int = 5) -> list[float | None]:
    return [value + by for value in CONTROL[:n]]


@pytest.mark.parametrize(
    ("treatment", "compare", "conclusion", "words"),
    [
        (shifted(0.1), {}, "supported", f"with model.lr = 0.01 accuracy was higher than {CONTROL_ARM}"),
        (
            shifted(0.1),
            {"minimum_effect": 0.05},
            "supported",
            f"with model.lr = 0.01 accuracy was higher than {CONTROL_ARM}, by more than the registered minimum "
            "effect of 0.05",
        ),
        (shifted(-0.1), {}, "refuted", f"with model.lr = 0.01 accuracy was lower than {CONTROL_ARM}"),
        (
            shifted(0.001),
            {"minimum_effect": 0.2},
            "refuted",
            f"the runs exclude that accuracy is higher with model.lr = 0.01 than {CONTROL_ARM}, by more than 0.2",
        ),
        (
            shifted(0.001),
            {},
            "inconclusive",
            f"the runs neither establish nor exclude that accuracy is higher with model.lr = 0.01 than {CONTROL_ARM}",
        ),
        (
            shifted(-0.1),
            {"goal": "minimize"},
            "supported",
            f"with model.lr = 0.01 accuracy was lower than {CONTROL_ARM}",
        ),
    ],
    ids=[
        "supported",
        "minimum effect reached",
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
    assert verdicts["hypothesis"].sentence == (
        "The smallest p attainable with this number of runs is 0.3333, which is above the registered alpha of 0.05. "
        "The test requires 4 runs per arm. With model.lr = 0.01 accuracy was 0.9000 and 0.9200; "
        f"{CONTROL_ARM}, it was 0.8000 and 0.8100."
    )
    assert verdicts["contrast[model.lr=0.01|0.001]"].words == (
        "these runs do not allow a comparison of model.lr = 0.01 with the control, model.lr = 0.001"
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
    assert verdicts["hypothesis"].words == f"there is no level of model.lr to compare {CONTROL_ARM}"


def test_family_and_each_contrast_have_a_verdict() -> None:
    verdicts = verdicts_of({0.001: list(CONTROL), 0.01: shifted(0.1), 0.02: shifted(0.09), 0.03: shifted(0.002)})
    assert [verdict.conclusion for verdict in verdicts.values()] == [
        "supported",
        "supported",
        "supported",
        "inconclusive",
    ]
    assert "Holm-adjusted p = 0.0238" in verdicts["hypothesis"].sentence
    assert verdicts["hypothesis"].sentence.endswith(" The contrast with model.lr = 0.02 is also supported.")
    undecided = verdicts_of({0.001: list(CONTROL), 0.01: shifted(0.001), 0.02: shifted(0.002)})["hypothesis"]
    assert undecided.words == (
        "the runs neither establish nor exclude that accuracy is higher with any registered level of model.lr than "
        f"{CONTROL_ARM}"
    )
    assert "(most favourable contrast, model.lr = 0.02: mean difference 0.0020" in undecided.sentence


def test_failed_runs_are_reported_with_the_verdict() -> None:
    verdicts = verdicts_of({0.001: [*CONTROL, None], 0.01: shifted(0.1)})
    assert verdicts["hypothesis"].sentence.endswith(
        " Failed runs count with the worst value: 1 of 6 runs with model.lr = 0.001."
    )


def test_changed_registration_makes_every_verdict_post_hoc() -> None:
    for verdict in verdicts_of({0.001: list(CONTROL), 0.01: shifted(0.1)}, post_hoc=True).values():
        assert verdict.is_post_hoc
        assert verdict.words.startswith("in a post hoc test, ")
        assert verdict.sentence.endswith(
            "The registration was changed after runs had finished, so this test is post hoc."
        )


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
@given(values, values, st.sampled_from([0.0, 0.1]), st.booleans())
def test_no_outcome_claims_absence_of_an_effect(
    control: list[float | None], treatment: list[float | None], minimum: float, post_hoc: bool
) -> None:
    for verdict in verdicts_of({0.001: control, 0.01: treatment}, post_hoc, minimum_effect=minimum).values():
        text = f"{verdict.words} {verdict.sentence}"
        assert not re.search(r"no (effect|difference)|equal|the same as|None|nan|inf\b", text)
        if verdict.conclusion == "untestable":
            assert not COMPARATIVES.search(text)
        if verdict.conclusion == "inconclusive":
            assert "neither establish nor exclude" in verdict.words
