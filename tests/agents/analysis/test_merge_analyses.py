"""The merge of several analyses into one summary."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.analysis.analysis_documents import integration_document
from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.merge_analyses import integrate
from agents.analysis.merged_book import merged_book
from agents.context.case import Book, Case
from agents.context.results import Results
from agents.facts.fact import DuplicateFact, Fact, Source
from agents.facts.verdict import Verdict
from agents.review.template_review import review_document

RESULTS = Results("completed", False, "accuracy")
SOURCE = Source("results.json", "0" * 64)
FAST, SLOW, CONTROL = "arm[lr=1]", "arm[lr=2]", "arm[lr=0]"


def fact(name: str, value: object = 1, subject: str = "experiment") -> Fact:
    return Fact(name, value, "", 1, subject, name, SOURCE, "tests:fact")  # type: ignore[arg-type]


def verdict(name: str, conclusion: str, *subjects: str, sentence: str = "", is_post_hoc: bool = False) -> Verdict:
    return Verdict(
        name, conclusion, "the words", sentence or f"The sentence of {name}.", subjects, ("test.control",), is_post_hoc
    )


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
    facts_by_id = {entry.id: entry for entry in (*FACTS, *facts)}
    return Case("rates", Book(facts_by_id, {entry.id: entry for entry in verdicts}, {}), None, RESULTS)


def analysis(name: str, *findings: Finding, verdicts: Sequence[Verdict] = (), facts: Sequence[Fact] = ()) -> Analysis:
    return Analysis(
        analyst=name,
        experiment_id="rates",
        title="A title",
        summary="A summary.",
        findings=findings,
        verdicts=tuple(entry.to_json() for entry in verdicts),
        facts=tuple(entry.to_json() for entry in facts),
    )


def anomaly(arm: str) -> Finding:
    name = f"{arm}.level"
    return Finding(
        id=f"spike-{arm}", kind="anomaly", text=f"With {{{{f:{name}}}}} the loss has a spike.", facts=(name,)
    )


@pytest.mark.parametrize(
    ("findings", "verdicts", "ids"),
    [
        pytest.param((), (), set(), id="no disagreement"),
        pytest.param((anomaly(FAST),), (), {f"doubt-hypothesis-spike-{FAST}"}, id="an anomaly in the better arm"),
        pytest.param((anomaly(CONTROL),), (), {f"doubt-hypothesis-spike-{CONTROL}"}, id="an anomaly in the control"),
        pytest.param((anomaly(SLOW),), (), set(), id="an anomaly in another arm"),
        pytest.param(
            (),
            (verdict("again", "refuted", FAST, CONTROL, is_post_hoc=True),),
            {"clash-hypothesis-again"},
            id="an opposite verdict on the comparison",
        ),
        pytest.param((), (verdict("baseline[x]", "regressed", FAST),), set(), id="the arm is below a recorded result"),
        pytest.param((), (verdict("baseline[x]", "regressed", SLOW),), set(), id="a verdict on another arm"),
        pytest.param((), (verdict("again", "inconclusive", FAST, CONTROL),), set(), id="an inconclusive verdict"),
        pytest.param(
            (), (verdict("again", "held", FAST, CONTROL),), set(), id="another favourable verdict on the comparison"
        ),
    ],
)
def test_disagreements_are_opposite_verdicts_and_anomalies_in_compared_arms(
    findings: Sequence[Finding], verdicts: Sequence[Verdict], ids: set[str]
) -> None:
    summary = integrate(case(HYPOTHESIS), [analysis("a", *findings), analysis("b", verdicts=verdicts)])
    assert {entry.id for entry in summary.disagreements} == ids
    assert ("agreed-hypothesis" in {entry.id for entry in summary.agreed}) is not bool(ids)


def test_disputed_verdict_is_not_listed_as_undisputed() -> None:
    summary = integrate(case(HYPOTHESIS), [analysis("a", anomaly(FAST))])
    assert summary.agreed == ()
    assert summary.summary.endswith(
        "Some findings contradict each other; they are listed together. Anomalies were reported."
    )


@pytest.mark.parametrize("conclusion", ["inconclusive", "untestable"])
def test_undecided_test_becomes_an_open_question(conclusion: str) -> None:
    summary = integrate(case(verdict("hypothesis", conclusion, FAST)), [])
    assert summary.agreed == ()
    assert [entry.what for entry in summary.open_questions] == ["The hypothesis"]


def test_contrast_with_the_sentence_of_the_hypothesis_is_not_listed_again() -> None:
    contrast = verdict("contrast[lr=1|0]", "supported", FAST, CONTROL, sentence=HYPOTHESIS.sentence)
    summary = integrate(case(contrast, HYPOTHESIS), [])
    assert [entry.id for entry in summary.agreed] == ["agreed-hypothesis"]


def test_post_hoc_verdict_is_labelled() -> None:
    post_hoc = verdict("baseline[x]", "held", FAST, is_post_hoc=True)
    summary = integrate(case(HYPOTHESIS), [analysis("a", verdicts=[post_hoc])])
    texts = {entry.id: entry.text for entry in summary.agreed}
    assert texts["agreed-baseline[x]"] == "Post hoc: {{v:baseline[x].sentence}}"


def test_failed_runs_are_listed_even_if_no_analysis_reports_them() -> None:
    failed = (
        fact("experiment.runs.failed", 1),
        fact("run[lr=1].failure", "diverged", "run[lr=1]"),
        fact("run[lr=1].id", "abc", "run[lr=1]"),
    )
    summary = integrate(case(HYPOTHESIS, facts=failed), [])
    assert [entry.id for entry in summary.failures] == ["failures", "failed-run[lr=1]"]


def test_questions_and_recommendations_are_listed_once_in_order_of_the_pipeline() -> None:
    def analysis_with_questions(name: str, *questions: str) -> Analysis:
        return analysis(name).model_copy(
            update={
                "not_estimated": tuple(NotEstimated(what=question, why=f"Reason of {name}.") for question in questions),
                "recommendations": tuple(
                    Recommendation(text=question, facts=("experiment.runs",)) for question in questions
                ),
            }
        )

    summary = integrate(
        case(HYPOTHESIS), [analysis_with_questions("a", "P", "Q"), analysis_with_questions("b", "Q", "R")]
    )
    assert [(entry.what, entry.why) for entry in summary.open_questions] == [
        ("P", "Reason of a."),
        ("Q", "Reason of a."),
        ("R", "Reason of b."),
    ]
    assert [entry.text for entry in summary.recommendations] == ["P", "Q", "R"]


def test_summary_reports_a_missing_verdict() -> None:
    assert integrate(case(), []).summary.startswith("There is no verdict on the hypothesis.")


def test_different_facts_with_one_id_raise() -> None:
    with pytest.raises(DuplicateFact):
        integrate(case(), [analysis("a", facts=[fact("a.x", 1)]), analysis("b", facts=[fact("a.x", 2)])])


def test_document_of_the_summary_passes_the_quality_review() -> None:
    failed = [fact("run[lr=1].failure", "x", "run[lr=1]"), fact("run[lr=1].id", "abc", "run[lr=1]")]
    failed_case = case(HYPOTHESIS, facts=[fact("experiment.runs.failed", 1), *failed])
    post_hoc = verdict("baseline[x]", "regressed", FAST, is_post_hoc=True)
    analyses = [analysis("a", anomaly(FAST)), analysis("b", verdicts=[post_hoc])]
    document = integration_document(integrate(failed_case, analyses))
    assert review_document(document, merged_book(failed_case, analyses)) == []
    assert {section.id for section in document.sections} >= {"summary", "clashes", "anomalies", "failures"}


def test_claims_of_one_test_do_not_contradict_each_other() -> None:
    claims = [
        verdict("claim[1]", "refuted", FAST, CONTROL),
        verdict("claim[2]", "supported", FAST, CONTROL),
        verdict("claim[2].contrast[lr=1|0]", "supported", FAST, CONTROL),
    ]
    summary = integrate(case(verdict("hypothesis", "refuted", FAST, CONTROL), *claims), [])
    assert summary.disagreements == ()
    assert [entry.id for entry in summary.agreed] == ["agreed-hypothesis", "agreed-claim[2]"]


def test_exploratory_verdict_is_not_a_contradiction_of_the_registered_one() -> None:
    exploratory = verdict("exploratory", "supported", FAST, CONTROL, is_post_hoc=True)
    summary = integrate(case(verdict("hypothesis", "refuted", FAST, CONTROL), exploratory), [])
    assert summary.disagreements == ()
