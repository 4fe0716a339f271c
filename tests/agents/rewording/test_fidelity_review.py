"""Reworded texts must keep the required content and a similar length."""

from __future__ import annotations

import pytest

from agents.rewording.author import one_paragraph
from agents.rewording.fidelity.fidelity_review import fidelity_objections
from tests.agents.rewording.sample_case import BOOK

FAILED = "{{f:experiment.runs.failed}}"
LOG = "{{f:run[model.lr=0.01,seed=0].failure}}."
QUOTATION_RULES = ["changed_quotation"]
LOG_RULES = [*QUOTATION_RULES, "unnamed_fact"]
VERDICT = "It holds: {{v:hypothesis}}."

CASES = [
    pytest.param(VERDICT, "So {{v:hypothesis}}.", [], id="the verdict stays"),
    pytest.param(VERDICT, "{{v:hypothesis.sentence}}", [], id="the verdict by its sentence"),
    pytest.param("{{v:hypothesis.conclusion}}", "{{ v:hypothesis }}", [], id="spaces in a placeholder"),
    pytest.param(VERDICT, "It holds.", ["dropped_verdict"], id="the verdict is gone"),
    pytest.param(VERDICT, "{{v:contrast[a=1|2]}}", ["dropped_verdict"], id="another verdict instead"),
    pytest.param(VERDICT, "{{f:hypothesis}}", ["dropped_verdict"], id="a fact of that name"),
    pytest.param(f"{FAILED} failed", "Some failed", ["dropped_fact"], id="failed runs are gone"),
    pytest.param("{{f:best.runs}}", "Many", ["dropped_fact"], id="the number of candidates is gone"),
    pytest.param("{{f:registration.post_hoc}}", "No", ["dropped_fact"], id="the post hoc status is gone"),
    pytest.param("{{f:arm[lr=0.1].failed}} of it", "None", ["dropped_fact"], id="failed runs of an arm are gone"),
    pytest.param("{{f:arm[lr=0.1].loss.mean}} {{ref:arms}}", "See {{ref:arms}}", [], id="an optional fact is gone"),
    pytest.param("{{f:arm[lr=0.1].loss.mean}}", "A text", ["emptied"], id="all facts are gone"),
    pytest.param("See {{ref:arms}}", "See {{ref:curves}}", [], id="an existing exhibit"),
    pytest.param("See {{ref:arms}}", "See {{ref:proof}}", ["unknown_exhibit"], id="an unknown exhibit"),
    pytest.param(f"A log says: {LOG}", f"We found: {LOG}", LOG_RULES, id="a log line as a finding"),
    pytest.param("Runs failed.", f"Runs failed: {LOG}", LOG_RULES, id="a log line added"),
    pytest.param(
        f"One. A log says: {LOG} Two.", f"Zero. A log says: {LOG} Zwei.", [], id="the sentence with the log line stays"
    ),
    pytest.param(f"A log says: {LOG}", f"A log says: {LOG} It is so: {LOG}", LOG_RULES, id="the log line repeated"),
    pytest.param("It was asked.", "So {{spec:hypothesis}}", QUOTATION_RULES, id="the hypothesis as a finding"),
    pytest.param("A title", "{{spec:name}}", [], id="the name of the experiment"),
    pytest.param("It was asked.", "It asked for {{spec:compare.metric}}.", [], id="a metric of the spec"),
    pytest.param("Short", "", ["empty"], id="an empty text"),
    pytest.param("Short", "a" * 90, [], id="longer, within the allowance"),
    pytest.param("Short", "a" * 91, ["too_long"], id="too long"),
    pytest.param("Short", "{{f:arm[model.hidden_layers=64,model.lr=0.01].accuracy.mean}} " * 5, [], id="long ids"),
    pytest.param("Short", "a\u0000b", ["unprintable"], id="a control character"),
    pytest.param("Short", "a\ud800b", ["unprintable"], id="a lone surrogate"),
    pytest.param("Short", "a\ue000b", ["unprintable"], id="a private-use character"),
]


@pytest.mark.parametrize(("original", "text", "rules"), CASES)
def test_rewording_has_the_expected_objections(original: str, text: str, rules: list[str]) -> None:
    assert [
        objection.rule for objection in fidelity_objections("slot", original, text, {"arms", "curves"}, BOOK)
    ] == rules


@pytest.mark.parametrize(
    ("slot", "rules"), [("title", ["dropped_name"]), ("sections.a.title", ["dropped_name"]), ("subtitle", ["emptied"])]
)
def test_title_keeps_its_placeholders(slot: str, rules: list[str]) -> None:
    assert [
        objection.rule for objection in fidelity_objections(slot, "About {{spec:name}}", "Texts", (), BOOK)
    ] == rules


def test_objection_to_a_very_long_text_is_short() -> None:
    (objection,) = fidelity_objections("slot", "Short", "word " * 100_000, (), BOOK)
    assert len(objection.span) + len(objection.reason) < 200


def test_text_becomes_one_paragraph() -> None:
    assert one_paragraph("  # One\n\n- two\u2028three ") == "# One - two three"
