"""Merge all analyses into one summary: undisputed verdicts, contradictions, open questions and failed runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from agents.analysis.agreement import disagreements, undisputed_verdicts
from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.failed_runs import failed_run_finding, failed_runs, reports_failed_run
from agents.analysis.merged_book import merged_book
from agents.context.case import Book, Case
from agents.documents.document import Text
from agents.facts.verdict import HYPOTHESIS

SCHEMA_VERSION = 1
_UNDECIDED = frozenset({"inconclusive", "untestable"})


class Integration(BaseModel):
    """The summary of all analyses.

    Every text is a template over the facts of the case and of all analyses (see `merged_book`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = SCHEMA_VERSION
    experiment_id: str
    analysts: tuple[str, ...]
    title: Text = "Summary of all analyses"
    summary: Text
    agreed: tuple[Finding, ...] = ()
    disagreements: tuple[Finding, ...] = ()
    anomalies: tuple[Finding, ...] = ()
    open_questions: tuple[NotEstimated, ...] = ()
    limitations: tuple[Finding, ...] = ()
    failures: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()


def integrate(case: Case, analyses: Sequence[Analysis]) -> Integration:
    """Return the summary of all analyses, by fixed rules and in the order of the pipeline.

    Raises:
        DuplicateFact: two analyses computed different facts with the same id.
    """
    book = merged_book(case, analyses)
    findings = _without_duplicates(finding for analysis in analyses for finding in analysis.findings)
    anomalies = tuple(finding for finding in findings if finding.kind == "anomaly")
    disputed = tuple(disagreements(book, anomalies))
    return Integration(
        experiment_id=case.experiment_id,
        analysts=tuple(analysis.analyst for analysis in analyses),
        summary=_summary(book, disputed, anomalies),
        agreed=tuple(undisputed_verdicts(book, disputed)),
        disagreements=disputed,
        anomalies=anomalies,
        open_questions=_open_questions(book, analyses),
        limitations=tuple(
            finding for finding in findings if finding.kind == "limitation" and not reports_failed_run(finding)
        ),
        failures=tuple(_failures(book)),
        recommendations=_recommendations(analyses),
    )


def _summary(book: Book, disputed: Sequence[Finding], anomalies: Sequence[Finding]) -> str:
    verdict = "There is no verdict on the hypothesis."
    if HYPOTHESIS in book.verdicts:
        verdict = f"{_claims(book)}The verdict is *{{{{v:hypothesis.conclusion}}}}*. {{{{v:hypothesis.sentence}}}}"
    contradictions = "No findings contradict each other."
    if disputed:
        contradictions = "Some findings contradict each other; they are listed together."
    runs = "{{f:experiment.runs.completed}} of {{f:experiment.runs}} runs completed."
    return " ".join((verdict, runs, contradictions, f"{'Anomalies were' if anomalies else 'No anomaly was'} reported."))


def _claims(book: Book) -> str:
    """Return the claims that the test decides, which may differ from the hypothesis of the author."""
    claims = [f"{{{{f:{name}}}}}" for name in book.facts if name.startswith("test.claim[") and name.endswith("]")]
    return f"The test decides: {'; '.join(claims)}. " if claims else ""


def _failures(book: Book) -> Iterator[Finding]:
    """Yield the number of failed runs and each failed run, even if no analysis reports them."""
    failed = book.facts.get("experiment.runs.failed")
    if failed is not None and failed.value:
        have = "has" if failed.value == 1 else "have"
        text = f"{{{{f:experiment.runs.failed}}}} of {{{{f:experiment.runs}}}} runs failed and {have} no value."
        yield Finding(id="failures", kind="limitation", text=text, facts=("experiment.runs.failed", "experiment.runs"))
    yield from map(failed_run_finding, failed_runs(book))


def _open_questions(book: Book, analyses: Sequence[Analysis]) -> tuple[NotEstimated, ...]:
    """Return an undecided test, then the questions of the analyses. The first of several equal questions is kept."""
    verdict = book.verdicts.get(HYPOTHESIS)
    is_undecided = verdict is not None and verdict.conclusion in _UNDECIDED
    undecided = [NotEstimated(what="The hypothesis", why="{{v:hypothesis.sentence}}")] if is_undecided else []
    by_question: dict[str, NotEstimated] = {}
    for question in (*undecided, *(question for analysis in analyses for question in analysis.not_estimated)):
        by_question.setdefault(question.what, question)
    return tuple(by_question.values())


def _recommendations(analyses: Sequence[Analysis]) -> tuple[Recommendation, ...]:
    by_text: dict[str, Recommendation] = {}
    for recommendation in (item for analysis in analyses for item in analysis.recommendations):
        by_text.setdefault(recommendation.text, recommendation)
    return tuple(by_text.values())


def _without_duplicates(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding for each text, because several analysts may report the same failed run."""
    return tuple({finding.text: finding for finding in findings}.values())
