"""What a rewording may not leave out, and how long it may be."""

from __future__ import annotations

import pytest

from agents.rewording.author import one_paragraph
from agents.rewording.fidelity.fidelity_review import fidelity_objections
from tests.agents.rewording.sample_case import BOOK

FAILED = "{{f:experiment.runs.failed}}"
LOG = "{{f:run[model.lr=0.01,seed=0].failure}}."
CLAIM = ["changed_quotation"]
QUOTATION = [*CLAIM, "unnamed_fact"]
VERDICT = "It holds: {{v:hypothesis}}."

CASES = [
    pytest.param(VERDICT, "So {{v:hypothesis}}.", [], id="the verdict stays"),
    pytest.param(VERDICT, "{{v:hypothesis.sentence}}", [], id="told by its sentence"),
    pytest.param("{{v:hypothesis.conclusion}}", "{{ v:hypothesis }}", [], id="spaces in a placeholder"),
    pytest.param(VERDICT, "It holds.", ["dropped_verdict"], id="the verdict is gone"),
    pytest.param(VERDICT, "{{v:contrast[a=1|2]}}", ["dropped_verdict"], id="another verdict instead"),
    pytest.param(VERDICT, "{{f:hypothesis}}", ["dropped_verdict"], id="a fact of that name"),
    pytest.param(f"{FAILED} failed", "Some failed", ["dropped_fact"], id="failed runs are gone"),
    pytest.param("{{f:best.runs}}", "Many", ["dropped_fact"], id="how many were looked at"),
    pytest.param("{{f:registration.post_hoc}}", "No", ["dropped_fact"], id="post hoc"),
    pytest.param("{{f:arm[lr=0.1].failed}} of it", "None", ["dropped_fact"], id="failed runs of an arm"),
    pytest.param("{{f:arm[lr=0.1].loss.mean}} {{ref:arms}}", "See {{ref:arms}}", [], id="another fact may go"),
    pytest.param("{{f:arm[lr=0.1].loss.mean}}", "A text", ["emptied"], id="but not all that was told"),
    pytest.param("See {{ref:arms}}", "See {{ref:curves}}", [], id="an exhibit that is there"),
    pytest.param("See {{ref:arms}}", "See {{ref:proof}}", ["unknown_exhibit"], id="an exhibit that is not"),
    pytest.param(f"A log says: {LOG}", f"We found: {LOG}", QUOTATION, id="a log line told as found"),
    pytest.param("Runs failed.", f"Runs failed: {LOG}", QUOTATION, id="a log line brought in"),
    pytest.param(f"One. A log says: {LOG} Two.", f"Zero. A log says: {LOG} Zwei.", [], id="the log's sentence stays"),
    pytest.param(f"A log says: {LOG}", f"A log says: {LOG} It is so: {LOG}", QUOTATION, id="said once more"),
    pytest.param("It was asked.", "So {{spec:hypothesis}}", CLAIM, id="the hypothesis told as found"),
    pytest.param("A title", "{{spec:name}}", [], id="the name may be given"),
    pytest.param("It was asked.", "It asked for {{spec:compare.metric}}.", [], id="a word of the spec"),
    pytest.param("Short", "", ["empty"], id="no text"),
    pytest.param("Short", "a" * 90, [], id="longer, within the allowance"),
    pytest.param("Short", "a" * 91, ["too_long"], id="too long"),
    pytest.param("Short", "{{f:arm[model.hidden_layers=64,model.lr=0.01].accuracy.mean}} " * 5, [], id="long ids"),
    pytest.param("Short", "a\u0000b", ["unprintable"], id="a control character"),
    pytest.param("Short", "a\ud800b", ["unprintable"], id="half a character"),
    pytest.param("Short", "a\ue000b", ["unprintable"], id="a private character"),
]


@pytest.mark.parametrize(("original", "text", "rules"), CASES)
def test_what_is_objected_to(original: str, text: str, rules: list[str]) -> None:
    assert [one.rule for one in fidelity_objections("here", original, text, {"arms", "curves"}, BOOK)] == rules


@pytest.mark.parametrize(
    ("slot", "rules"), [("title", ["dropped_name"]), ("sections.a.title", ["dropped_name"]), ("subtitle", ["emptied"])]
)
def test_a_title_keeps_the_names_in_it(slot: str, rules: list[str]) -> None:
    assert [one.rule for one in fidelity_objections(slot, "About {{spec:name}}", "Texts", (), BOOK)] == rules


def test_an_objection_does_not_repeat_an_endless_text() -> None:
    (objection,) = fidelity_objections("here", "Short", "word " * 100_000, (), BOOK)
    assert len(objection.span) + len(objection.reason) < 200


def test_a_text_is_one_paragraph() -> None:
    assert one_paragraph("  # One\n\n- two\u2028three ") == "# One - two three"
