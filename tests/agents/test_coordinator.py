"""The agenda: who is asked what, what cannot be told, what failed."""

from __future__ import annotations

import json

import pytest

from agents.analysis.tasks import Untestable, agenda_from_json, make_agenda
from agents.context.case import Book, Case
from agents.facts.fact import Fact, Source, Verdict
from agents.review.template_review import review

SOURCE = Source("results.json", "0" * 64)
SPEC = {
    "research_question": "Does the rate matter?",
    "hypothesis": "It does.",
    "compare": {"metric": "accuracy", "factor": "lr", "control": 0.1},
    "parent": "ancestor",
    "points": [{"name": "lr=0.1", "overrides": {"lr": 0.1, "seed": 0}, "run": "a"}],
}
PIPELINE = ["performance_analysis", "ablation_study", "baseline_comparison", "mine:analyse"]


def fact(name: str, value: object, subject: str) -> Fact:
    return Fact(name, value, "", 1, subject, name, SOURCE, "tests:fact")  # type: ignore[arg-type]


def verdict(conclusion: str) -> Verdict:
    return Verdict("hypothesis", conclusion, "words", "A sentence.", (), ())


def case(conclusion: str = "supported", *facts: Fact, **spec: object) -> Case:
    book = Book({one.id: one for one in facts}, {"hypothesis": verdict(conclusion)}, {**SPEC, **spec})
    return Case("rates", book, None, {})


ARM = (fact("arm[lr=0.1].level", "0.1", "arm[lr=0.1]"), fact("arm[lr=0.1].n", 1, "arm[lr=0.1]"))
FAILED = fact("run[lr=0.1].failure", "diverged", "run[lr=0.1]")


@pytest.mark.parametrize(
    ("one", "what"),
    [
        pytest.param(case("untestable"), "The hypothesis", id="the test could not decide"),
        pytest.param(case(compare=None), "The hypothesis", id="no test was registered"),
        pytest.param(case(), "The course of training", id="no history"),
        pytest.param(case(parent=None), "The comparison with a parent", id="no parent"),
        pytest.param(case("supported", *ARM), "The spread over runs with {{f:arm[lr=0.1].level}}", id="a run alone"),
        pytest.param(
            case(points=[{"name": "seed=0", "overrides": {"seed": 0}, "run": "a"}]),
            "The importance of parameters",
            id="nothing was swept",
        ),
    ],
)
def test_what_cannot_be_told(one: Case, what: str) -> None:
    found = make_agenda(one, PIPELINE)
    assert what in {each.what for each in found.untestable}
    assert review({each.what: f"{each.what}: {each.why}" for each in found.untestable}, one.book) == []


def test_what_can_be_told_is_not_called_untestable() -> None:
    assert {each.what for each in make_agenda(case(), PIPELINE).untestable} == {"The course of training"}


def test_everyone_hears_of_failures_and_only_of_what_concerns_them() -> None:
    found = make_agenda(case("untestable", FAILED, parent=None), PIPELINE)
    assert found.failed == ("run[lr=0.1]",)
    assert {each.failed for each in found.tasks} == {found.failed}
    whats = {each.analyst: {one.what for one in each.untestable} for each in found.tasks}
    assert whats["baseline_comparison"] == {"The hypothesis", "The comparison with a parent"}
    assert whats["mine:analyse"] == {"The hypothesis"}


def test_an_analyst_of_ones_own_is_asked_the_experiments_question() -> None:
    assert make_agenda(case(), PIPELINE).task("mine:analyse").questions == ("{{spec:research_question}}",)
    assert make_agenda(case(research_question=""), PIPELINE).task("mine:analyse").questions == ("{{spec:hypothesis}}",)


def test_questions_are_templates_that_hold() -> None:
    one = case()
    asked = {f"{task.analyst}.{text}": text for task in make_agenda(one, PIPELINE).tasks for text in task.questions}
    assert len(asked) > len(PIPELINE)
    assert review(asked, one.book) == []


def test_an_analyst_named_again_is_asked_once() -> None:
    assert [each.analyst for each in make_agenda(case(), ["a", "b", "a"]).tasks] == ["a", "b"]


def test_an_agenda_comes_back_from_its_file() -> None:
    found = make_agenda(case("untestable", FAILED, *ARM), PIPELINE)
    assert agenda_from_json(json.loads(json.dumps(found.to_json()))) == found
    assert isinstance(found.untestable[0], Untestable)
