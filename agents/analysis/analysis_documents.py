"""Convert analyses and their integration to documents, for rendering, review and rewording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Proposal, Recommendation
from agents.analysis.merge_analyses import Integration
from agents.documents.document import Block, Bullets, Document, Paragraph, Section, Verbatim
from agents.documents.slots import slots

_INVALID_IN_KIND = re.compile(r"[^a-z0-9_-]+")  # characters that the kind of a document cannot contain
_TEXT_FIELDS = frozenset({"title", "summary", "text", "caption", "alt", "purpose"})


def analysis_document(analysis: Analysis) -> Document:
    """Return the document of an analysis. Empty sections are omitted.

    Anomalies, predictions, limitations and open questions are marked as required, so that they are never reworded.
    """
    results, anomalies, predictions, limitations = (
        [finding for finding in analysis.findings if finding.kind == kind]
        for kind in ("result", "anomaly", "prediction", "limitation")
    )
    findings: tuple[Block, ...] = (*_finding_bullets(results), *analysis.figures, *analysis.tables)
    sections = (
        Section(id="results", title="Findings", blocks=findings),
        Section(id="anomalies", title="Anomalies", blocks=_finding_bullets(anomalies, is_required=True)),
        Section(id="predictions", title="Predictions", blocks=_finding_bullets(predictions, is_required=True)),
        Section(id="recommendations", title="Recommendations", blocks=_recommendations(analysis.recommendations)),
        Section(id="proposals", title="Follow-up experiments", blocks=_proposals(analysis.proposals)),
        Section(id="limitations", title="Limitations", blocks=_finding_bullets(limitations, is_required=True)),
        Section(id="open", title="Not estimated", blocks=_questions(analysis.not_estimated)),
    )
    return Document(
        kind=_INVALID_IN_KIND.sub("_", analysis.analyst.lower()).strip("_") or "analysis",
        experiment_id=analysis.experiment_id,
        title=analysis.title,
        sections=_with_summary(analysis.summary, sections),
    )


def integration_document(summary: Integration) -> Document:
    """Return the document of the integration of all analyses. Empty sections are omitted."""

    def findings(name: str, title: str, items: Sequence[Finding]) -> Section:
        return Section(id=name, title=title, blocks=_finding_bullets(items, is_required=True))

    sections = (
        findings("agreed", "Undisputed verdicts", summary.agreed),
        findings("clashes", "Contradictions", summary.disagreements),
        findings("anomalies", "Anomalies", summary.anomalies),
        findings("failures", "Failed runs", summary.failures),
        Section(id="recommendations", title="Recommendations", blocks=_recommendations(summary.recommendations)),
        findings("limitations", "Limitations", summary.limitations),
        Section(id="open", title="Open questions", blocks=_questions(summary.open_questions)),
    )
    return Document(
        kind="integration",
        experiment_id=summary.experiment_id,
        title=summary.title,
        sections=_with_summary(summary.summary, sections),
    )


def with_reworded_texts(analysis: Analysis, document: Document) -> Analysis:
    """Return the analysis with the texts of `document`, which is a reworded copy of `analysis_document(analysis)`."""
    originals, new_texts = slots(analysis_document(analysis)), slots(document)
    texts = {text: new_texts[slot] for slot, text in originals.items() if slot in new_texts}
    return Analysis.model_validate(_with_texts(analysis.model_dump(), texts))


def _with_summary(summary: str, sections: Iterable[Section]) -> tuple[Section, ...]:
    first = Section(id="summary", title="Summary", blocks=(Paragraph(text=summary),))
    return (first, *(section for section in sections if section.blocks))


def _finding_bullets(findings: Iterable[Finding], *, is_required: bool = False) -> tuple[Block, ...]:
    return _bullets([finding.text for finding in findings], is_required=is_required)


def _recommendations(recommendations: Iterable[Recommendation]) -> tuple[Block, ...]:
    return _bullets([recommendation.text for recommendation in recommendations])


def _questions(questions: Iterable[NotEstimated]) -> tuple[Block, ...]:
    return _bullets([f"*{question.what}.* {question.why}" for question in questions], is_required=True)


def _proposals(proposals: Sequence[Proposal]) -> tuple[Block, ...]:
    """Return the purposes as bullets, and a verbatim list of files and numbers of runs, which must not be reworded."""
    files = "\n".join(f"{proposal.file}  runs: {proposal.runs}" for proposal in proposals)
    purposes = _bullets([proposal.purpose for proposal in proposals])
    return (*purposes, Verbatim(text=files)) if proposals else ()


def _bullets(items: Sequence[str], *, is_required: bool = False) -> tuple[Block, ...]:
    return (Bullets(items=tuple(items), is_required=is_required),) if items else ()


def _with_texts(node: Any, texts: Mapping[str, str]) -> Any:
    """Return a part of an analysis with its texts replaced. `texts` maps each original text to its new text."""
    if isinstance(node, Mapping):
        return {key: _with_text(key, value, texts) for key, value in node.items()}
    return [_with_texts(value, texts) for value in node] if isinstance(node, list | tuple) else node


def _with_text(key: str, value: Any, texts: Mapping[str, str]) -> Any:
    is_text = key in _TEXT_FIELDS and isinstance(value, str)
    return texts.get(value, value) if is_text else _with_texts(value, texts)
