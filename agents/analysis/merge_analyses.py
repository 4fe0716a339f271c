"""One summary of all analyses: what they agree on, where they contradict each other, and what stays open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from agents.analysis.agreement import disagreements, undisputed_verdicts
from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.merged_book import merged_book
from agents.context.case import Book, Case
from agents.documents.document import Text
from agents.facts.subject import is_failure, parse_fact_id

SCHEMA_VERSION = 1
_HYPOTHESIS = "hypothesis"
_UNDECIDED = frozenset({"inconclusive", "untestable"})


class Integration(BaseModel):
    """Every text is a template over the facts of the case and of all analyses (see `known`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = SCHEMA_VERSION
    experiment_id: str
    analysts: tuple[str, ...]
    title: Text = "What the analyses come to"
    summary: Text
    agreed: tuple[Finding, ...] = ()
    disagreements: tuple[Finding, ...] = ()
    anomalies: tuple[Finding, ...] = ()
    open_questions: tuple[NotEstimated, ...] = ()
    limitations: tuple[Finding, ...] = ()
    failures: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()


def integrate(case: Case, analyses: Sequence[Analysis]) -> Integration:
    """Deterministic: the order is that of the pipeline.

    Raises:
        DuplicateFact: two analyses made different facts of one id.
    """
    book = merged_book(case, analyses)
    findings = _once(one for each in analyses for one in each.findings)
    anomalies = tuple(one for one in findings if one.kind == "anomaly")
    against = tuple(disagreements(book, anomalies))
    return Integration(
        experiment_id=case.experiment_id,
        analysts=tuple(each.analyst for each in analyses),
        summary=_summary(book, against, anomalies),
        agreed=tuple(undisputed_verdicts(book, against)),
        disagreements=against,
        anomalies=anomalies,
        open_questions=_open(book, analyses),
        limitations=tuple(one for one in findings if one.kind == "limitation" and not _is_failure(one)),
        failures=tuple(_failures(book)),
        recommendations=_recommended(analyses),
    )


def _summary(book: Book, against: Sequence[Finding], anomalies: Sequence[Finding]) -> str:
    hypothesis = "The registered test: {{v:hypothesis.conclusion}}. {{v:hypothesis.sentence}}"
    runs = "{{f:experiment.runs.completed}} of {{f:experiment.runs}} runs completed."
    return " ".join(
        (
            hypothesis if _HYPOTHESIS in book.verdicts else "No registered test decides on the hypothesis.",
            runs,
            "Some findings contradict each other; they are set side by side." if against else "No findings clash.",
            "Anomalies were seen." if anomalies else "No anomaly was seen.",
        )
    )


def _failures(book: Book) -> Iterable[Finding]:
    """Every failed run, whether or not an analyst spoke of it."""
    failed = book.facts.get("experiment.runs.failed")
    if failed is not None and failed.value:
        text = "{{f:experiment.runs.failed}} of {{f:experiment.runs}} runs failed and give no value."
        yield Finding(id="failures", kind="limitation", text=text, facts=("experiment.runs.failed", "experiment.runs"))
    for name in filter(is_failure, book.facts):
        run = parse_fact_id(name).subject
        text = f"Run {{{{f:{run}.id}}}} failed and gives no value; the recorded reason: {{{{f:{name}}}}}"
        yield Finding(id=f"failed-{run}", kind="limitation", text=text, facts=(f"{run}.id", name))


def _is_failure(finding: Finding) -> bool:
    return any(is_failure(name) for name in finding.facts)


def _open(book: Book, analyses: Sequence[Analysis]) -> tuple[NotEstimated, ...]:
    """Each question once: what the test left open, then as the analyst says who came to it first."""
    verdict = book.verdicts.get(_HYPOTHESIS)
    undecided = verdict is not None and verdict.conclusion in _UNDECIDED
    own = [NotEstimated(what="The hypothesis", why="{{v:hypothesis.sentence}}")] if undecided else []
    every = [*own, *(one for each in analyses for one in each.not_estimated)]
    return tuple({one.what: one for one in reversed(every)}.values())[::-1]


def _recommended(analyses: Sequence[Analysis]) -> tuple[Recommendation, ...]:
    every = [one for each in analyses for one in each.recommendations]
    return tuple({one.text: one for one in reversed(every)}.values())[::-1]


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By what is said: analysts are told the same of failed runs."""
    return tuple({one.text: one for one in findings}.values())
