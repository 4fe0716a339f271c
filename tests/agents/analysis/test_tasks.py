"""The agenda: questions to each analyst, untestable questions and failed runs."""

from __future__ import annotations

import json

import pytest

from agents.analysis.tasks import Untestable, agenda_from_json, make_agenda
from agents.context.case import Book, Case
from agents.context.results import Results
from agents.facts.fact import Fact, Source
from agents.facts.verdict import Verdict
from agents.review.template_review import review

SOURCE = Source("results.json", "0" * 64)
SPEC = {
    "research_question": "Does the rate matter?",
    "hypothesis": "It does.",
    "compare": {"metric": "accuracy", "goal": "maximize", "factor": "lr", "control": 0.1},
    "parent": "ancestor",
    "points": [{"name": "lr=0.1", "overrides": {"lr": 0.1, "seed": 0}, "run": "a"}],
}
PIPELINE = ["performance_analysis", "ablation_study", "baseline_comparison", "my_lab:analyse"]


def fact(name: str, value: object, subject: str) -> Fact:
    return Fact(name, value, "", 1, subject, name, SOURCE, "tests:fact")  # type: ignore[arg-type]


def verdict(conclusion: str) -> Verdict:
    return Verdict("hypothesis", conclusion, "words", "A sentence.", (), ())


def case(conclusion: str = "supported", *facts: Fact, **spec: object) -> Case:
    book = Book({fact.id: fact for fact in facts}, {"hypothesis": verdict(conclusion)}, {**SPEC, **spec})
    return Case("rates", book, None, Results("completed", False, "accuracy"))


ARM = (fact("arm[lr=0.1].level", "0.1", "arm[lr=0.1]"), fact("arm[lr=0.1].n", 1, "arm[lr=0.1]"))
FAILED = fact("run[lr=0.1].failure", "diverged", "run[lr=0.1]")


@pytest.mark.parametrize(
    ("tested_case", "question"),
    [
        pytest.param(case("untestable"), "The hypothesis", id="untestable hypothesis"),
        pytest.param(case(compare=None), "The hypothesis", id="no test was registered"),
        pytest.param(case(), "The learning curves", id="no metric history"),
        pytest.param(case(parent=None), "The comparison with a parent", id="no parent"),
        pytest.param(
            case("supported", *ARM),
            "The variation between runs with {{spec:compare.factor}} = {{f:arm[lr=0.1].level}}",
            id="an arm with one run",
        ),
        pytest.param(
            case(points=[{"name": "seed=0", "overrides": {"seed": 0}, "run": "a"}]),
            "The importance of the swept parameters",
            id="only the seed was swept",
        ),
    ],
)
def test_agenda_lists_untestable_questions(tested_case: Case, question: str) -> None:
    untestable = make_agenda(tested_case, PIPELINE).untestable
    assert question in {entry.what for entry in untestable}
    assert review({entry.what: f"{entry.what}: {entry.why}" for entry in untestable}, tested_case.book) == []


def test_testable_questions_are_not_listed_as_untestable() -> None:
    assert {entry.what for entry in make_agenda(case(), PIPELINE).untestable} == {"The learning curves"}


def test_each_task_lists_all_failed_runs_and_only_its_own_untestable_questions() -> None:
    agenda = make_agenda(case("untestable", FAILED, parent=None), PIPELINE)
    assert agenda.failed == ("run[lr=0.1]",)
    assert {task.failed for task in agenda.tasks} == {agenda.failed}
    questions = {task.analyst: {entry.what for entry in task.untestable} for task in agenda.tasks}
    assert questions["baseline_comparison"] == {"The hypothesis", "The comparison with a parent"}
    assert questions["my_lab:analyse"] == {"The hypothesis"}


def test_analyst_of_a_lab_gets_the_research_question_of_the_experiment() -> None:
    assert make_agenda(case(), PIPELINE).task("my_lab:analyse").questions == ("{{spec:research_question}}",)
    assert make_agenda(case(research_question=""), PIPELINE).task("my_lab:analyse").questions == (
        "{{spec:hypothesis}}",
    )


@pytest.mark.parametrize("facts", [(), (FAILED,)], ids=["no failure", "a failed run"])
def test_questions_pass_the_quality_review(facts: tuple[Fact, ...]) -> None:
    reviewed_case = case("supported", *facts)
    texts = {
        f"{task.analyst}.{text}": text for task in make_agenda(reviewed_case, PIPELINE).tasks for text in task.questions
    }
    assert len(texts) > len(PIPELINE)
    assert review(texts, reviewed_case.book) == []


def test_repeated_analyst_gets_one_task() -> None:
    assert [task.analyst for task in make_agenda(case(), ["a", "b", "a"]).tasks] == ["a", "b"]


def test_agenda_read_from_json_equals_the_original() -> None:
    agenda = make_agenda(case("untestable", FAILED, *ARM), PIPELINE)
    assert agenda_from_json(json.loads(json.dumps(agenda.to_json()))) == agenda
    assert isinstance(agenda.untestable[0], Untestable)


def test_many_arms_without_repeated_runs_are_listed_as_one_question() -> None:
    arms = [f"arm[lr={level}]" for level in range(9)]
    facts = [fact(f"{arm}.{name}", 1, arm) for arm in arms for name in ("level", "n")]
    listed_questions = [entry.what for entry in make_agenda(case("supported", *facts), PIPELINE).untestable]
    assert listed_questions == ["The learning curves", "The variation between runs of the same arm"]
