"""An analysis as a document: for paper, for the reviewer, and to be worded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Proposal, Recommendation
from agents.analysis.merge_analyses import Integration
from agents.documents.document import Block, Bullets, Document, Paragraph, Section, Verbatim
from agents.documents.slots import slots

_UNFIT = re.compile(r"[^a-z0-9_-]+")
_TEXTS = frozenset({"title", "summary", "text", "caption", "alt", "purpose"})


def analysis_document(analysis: Analysis) -> Document:
    """Sections without content are left out. What must be told whoever words the rest is marked as required."""
    results, anomalies, predictions, limitations = (
        [one for one in analysis.findings if one.kind == kind]
        for kind in ("result", "anomaly", "prediction", "limitation")
    )
    found: tuple[Block, ...] = (*finding_bullets(results), *analysis.figures, *analysis.tables)
    sections = (
        Section(id="results", title="Findings", blocks=found),
        Section(id="anomalies", title="Anomalies", blocks=finding_bullets(anomalies, is_required=True)),
        Section(id="predictions", title="Predictions", blocks=finding_bullets(predictions, is_required=True)),
        Section(id="recommendations", title="Recommendations", blocks=recommendation_bullets(analysis.recommendations)),
        Section(id="proposals", title="Follow-up experiments", blocks=_proposed(analysis.proposals)),
        Section(id="limitations", title="Limitations", blocks=finding_bullets(limitations, is_required=True)),
        Section(id="open", title="What could not be told", blocks=question_bullets(analysis.not_estimated)),
    )
    return Document(
        kind=_UNFIT.sub("_", analysis.analyst.lower()).strip("_") or "analysis",
        experiment_id=analysis.experiment_id,
        title=analysis.title,
        sections=with_summary(analysis.summary, sections),
    )


def integration_document(found: Integration) -> Document:
    sections = (
        Section(id="agreed", title="What stands", blocks=finding_bullets(found.agreed, is_required=True)),
        Section(id="clashes", title="What clashes", blocks=finding_bullets(found.disagreements, is_required=True)),
        Section(id="anomalies", title="Anomalies", blocks=finding_bullets(found.anomalies, is_required=True)),
        Section(id="failures", title="Failed runs", blocks=finding_bullets(found.failures, is_required=True)),
        Section(id="recommendations", title="Recommendations", blocks=recommendation_bullets(found.recommendations)),
        Section(id="limitations", title="Limitations", blocks=finding_bullets(found.limitations, is_required=True)),
        Section(id="open", title="Open questions", blocks=question_bullets(found.open_questions)),
    )
    return Document(
        kind="integration",
        experiment_id=found.experiment_id,
        title=found.title,
        sections=with_summary(found.summary, sections),
    )


def with_reworded_texts(analysis: Analysis, document: Document) -> Analysis:
    """The analysis with the texts of its document, which was worded anew and has every text where it was."""
    before, after = slots(analysis_document(analysis)), slots(document)
    texts = {text: after[slot] for slot, text in before.items() if slot in after}
    return Analysis.model_validate(_replaced(analysis.model_dump(), texts))


def with_summary(summary: str, sections: Iterable[Section]) -> tuple[Section, ...]:
    told = Section(id="summary", title="Summary", blocks=(Paragraph(text=summary),))
    return (told, *(each for each in sections if each.blocks))


def finding_bullets(findings: Iterable[Finding], *, is_required: bool = False) -> tuple[Block, ...]:
    return _listed([one.text for one in findings], is_required=is_required)


def recommendation_bullets(every: Iterable[Recommendation]) -> tuple[Block, ...]:
    return _listed([one.text for one in every])


def question_bullets(every: Iterable[NotEstimated]) -> tuple[Block, ...]:
    return _listed([f"*{one.what}.* {one.why}" for one in every], is_required=True)


def _proposed(every: Sequence[Proposal]) -> tuple[Block, ...]:
    """File names and numbers of runs are data: they stand beside the prose, not in it."""
    files = "\n".join(f"{one.file}  runs: {one.runs}" for one in every)
    return (*_listed([one.purpose for one in every]), Verbatim(text=files)) if every else ()


def _listed(items: Sequence[str], *, is_required: bool = False) -> tuple[Block, ...]:
    return (Bullets(items=tuple(items), is_required=is_required),) if items else ()


def _replaced(node: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {key: _text_or_part(key, one, texts) for key, one in node.items()}
    return [_replaced(one, texts) for one in node] if isinstance(node, list | tuple) else node


def _text_or_part(key: str, value: Any, texts: Mapping[str, str]) -> Any:
    return texts.get(value, value) if key in _TEXTS and isinstance(value, str) else _replaced(value, texts)
