"""What several analyses come to together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.analysis.analysis_documents import integration_document
from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.merge_analyses import integrate
from agents.analysis.merged_book import merged_book
from agents.context.case import Book, Case
from agents.facts.fact import DuplicateFact, Fact, Source, Verdict
from agents.review.template_review import review_document

SOURCE = Source("results.json", "0" * 64)
FAST, SLOW, CONTROL = "arm[lr=1]", "arm[lr=2]", "arm[lr=0]"


def fact(name: str, value: object = 1, subject: str = "experiment") -> Fact:
    return Fact(name, value, "", 1, subject, name, SOURCE, "tests:fact")  # type: ignore[arg-type]


def verdict(name: str, conclusion: str, *subjects: str, sentence: str = "", is_post_hoc: bool = False) -> Verdict:
    return Verdict(name, conclusion, "words", sentence or f"So says {name}.", subjects, ("test.control",), is_post_hoc)


FACTS = (
    fact("experiment.runs", 4),
    fact("experiment.runs.completed", 4),
    fact("experiment.runs.failed", 0),
    fact("test.factor", "lr"),
    fact("test.control", "0"),
    *(fact(f"{arm}.level", arm[7:-1], arm) for arm in (CONTROL, FAST, SLOW)),
)
HYPOTHESIS = verdict("hypothesis", "supported", FAST, CONTROL, "experiment")


def case(*verdicts: Verdict, facts: Sequence[Fact] = ()) -> Case:
    every = {one.id: one for one in (*FACTS, *facts)}
    return Case("rates", Book(every, {one.id: one for one in verdicts}, {}), None, {})


def analysis(name: str, *findings: Finding, verdicts: Sequence[Verdict] = (), facts: Sequence[Fact] = ()) -> Analysis:
    return Analysis(
        analyst=name,
        experiment_id="rates",
        title="A title",
        summary="A summary.",
        findings=findings,
        verdicts=tuple(one.to_json() for one in verdicts),
        facts=tuple(one.to_json() for one in facts),
    )


def anomaly(arm: str) -> Finding:
    name = f"{arm}.level"
    return Finding(id=f"odd-{arm}", kind="anomaly", text=f"With {{{{f:{name}}}}} it spiked.", facts=(name,))


@pytest.mark.parametrize(
    ("findings", "verdicts", "ids"),
    [
        pytest.param((), (), set(), id="nothing against it"),
        pytest.param((anomaly(FAST),), (), {f"doubt-hypothesis-odd-{FAST}"}, id="an anomaly of the winning arm"),
        pytest.param((anomaly(CONTROL),), (), {f"doubt-hypothesis-odd-{CONTROL}"}, id="an anomaly of the control"),
        pytest.param((anomaly(SLOW),), (), set(), id="an anomaly elsewhere"),
        pytest.param(
            (),
            (verdict("again", "refuted", FAST, CONTROL, is_post_hoc=True),),
            {"clash-hypothesis-again"},
            id="another verdict on the comparison points the other way",
        ),
        pytest.param((), (verdict("baseline[x]", "regressed", FAST),), set(), id="the arm falls short of a result"),
        pytest.param((), (verdict("baseline[x]", "regressed", SLOW),), set(), id="a verdict on another arm"),
        pytest.param((), (verdict("again", "inconclusive", FAST, CONTROL),), set(), id="what is open is no clash"),
        pytest.param((), (verdict("again", "held", FAST, CONTROL),), set(), id="agreement"),
    ],
)
def test_disagreements(findings: Sequence[Finding], verdicts: Sequence[Verdict], ids: set[str]) -> None:
    found = integrate(case(HYPOTHESIS), [analysis("a", *findings), analysis("b", verdicts=verdicts)])
    assert {one.id for one in found.disagreements} == ids
    assert ("agreed-hypothesis" in {one.id for one in found.agreed}) is not ids


def test_what_is_doubted_is_not_agreed() -> None:
    found = integrate(case(HYPOTHESIS), [analysis("a", anomaly(FAST))])
    assert found.agreed == ()
    assert found.summary.endswith(
        "Some findings contradict each other; they are set side by side. Anomalies were seen."
    )


@pytest.mark.parametrize("conclusion", ["inconclusive", "untestable"])
def test_what_the_test_left_open_is_not_agreed_but_a_question(conclusion: str) -> None:
    found = integrate(case(verdict("hypothesis", conclusion, FAST)), [])
    assert found.agreed == ()
    assert [one.what for one in found.open_questions] == ["The hypothesis"]


def test_a_verdict_that_two_ids_give_is_told_once() -> None:
    same = verdict("contrast[lr=1|0]", "supported", FAST, CONTROL, sentence=HYPOTHESIS.sentence)
    found = integrate(case(same, HYPOTHESIS), [])
    assert [one.id for one in found.agreed] == ["agreed-hypothesis"]


def test_what_was_found_after_the_fact_says_so() -> None:
    late = verdict("baseline[x]", "held", FAST, is_post_hoc=True)
    found = integrate(case(HYPOTHESIS), [analysis("a", verdicts=[late])])
    assert [one.text for one in found.agreed if "baseline" in one.id] == ["Post hoc: {{v:baseline[x].sentence}}"]


def test_failures_are_told_though_no_analyst_does() -> None:
    failed = (
        fact("experiment.runs.failed", 1),
        fact("run[lr=1].failure", "diverged", "run[lr=1]"),
        fact("run[lr=1].id", "abc", "run[lr=1]"),
    )
    found = integrate(case(HYPOTHESIS, facts=failed), [])
    assert [one.id for one in found.failures] == ["failures", "failed-run[lr=1]"]


def test_each_question_and_recommendation_once_and_in_order() -> None:
    def asked(name: str, *whats: str) -> Analysis:
        return analysis(name).model_copy(
            update={
                "not_estimated": tuple(NotEstimated(what=what, why=f"Says {name}.") for what in whats),
                "recommendations": tuple(Recommendation(text=what, facts=("experiment.runs",)) for what in whats),
            }
        )

    found = integrate(case(HYPOTHESIS), [asked("a", "P", "Q"), asked("b", "Q", "R")])
    assert [(one.what, one.why) for one in found.open_questions] == [
        ("P", "Says a."),
        ("Q", "Says a."),
        ("R", "Says b."),
    ]
    assert [one.text for one in found.recommendations] == ["P", "Q", "R"]


def test_without_a_registered_test_nothing_decides() -> None:
    assert integrate(case(), []).summary.startswith("No registered test decides on the hypothesis.")


def test_facts_of_one_id_must_say_the_same() -> None:
    with pytest.raises(DuplicateFact):
        integrate(case(), [analysis("a", facts=[fact("a.x", 1)]), analysis("b", facts=[fact("a.x", 2)])])


def test_its_document_passes_the_review() -> None:
    failed = [fact("run[lr=1].failure", "x", "run[lr=1]"), fact("run[lr=1].id", "abc", "run[lr=1]")]
    one = case(HYPOTHESIS, facts=[fact("experiment.runs.failed", 1), *failed])
    late = verdict("baseline[x]", "regressed", FAST, is_post_hoc=True)
    every = [analysis("a", anomaly(FAST)), analysis("b", verdicts=[late])]
    document = integration_document(integrate(one, every))
    assert review_document(document, merged_book(one, every)) == []
    assert {section.id for section in document.sections} >= {"summary", "clashes", "anomalies", "failures"}
