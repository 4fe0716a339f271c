"""An analysis, and the integration of several, as documents: for paper, for the reviewer, and to be worded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agents.analysis import Analysis, Finding, NotEstimated, Proposal, Recommendation
from agents.documents.document import Block, Bullets, Document, Paragraph, Section, Verbatim
from agents.documents.slots import slots
from agents.integration import Integration

_UNFIT = re.compile(r"[^a-z0-9_-]+")
_RESULTS = "results"
_TEXTS = ("title", "summary", "text", "caption", "alt", "purpose")


def analysis_document(analysis: Analysis) -> Document:
    """Sections without content are left out. What must be told whoever words the rest is marked as required."""
    exhibits: tuple[Block, ...] = (*analysis.figures, *analysis.tables)
    return _document(
        _name(analysis.analyst),
        analysis,
        Section(id=_RESULTS, title="Findings", blocks=(*_told(_of(analysis, "result")), *exhibits)),
        Section(id="anomalies", title="Anomalies", blocks=_told(_of(analysis, "anomaly"), is_required=True)),
        Section(id="predictions", title="Predictions", blocks=_told(_of(analysis, "prediction"), is_required=True)),
        Section(id="recommendations", title="Recommendations", blocks=_recommended(analysis.recommendations)),
        Section(id="proposals", title="Follow-up experiments", blocks=_proposed(analysis.proposals)),
        Section(id="limitations", title="Limitations", blocks=_told(_of(analysis, "limitation"), is_required=True)),
        Section(id="open", title="What could not be told", blocks=_open(analysis.not_estimated)),
    )


def integration_document(integration: Integration) -> Document:
    return _document(
        "integration",
        integration,
        Section(id="agreed", title="What stands", blocks=_told(integration.agreed, is_required=True)),
        Section(id="clashes", title="What clashes", blocks=_told(integration.disagreements, is_required=True)),
        Section(id="anomalies", title="Anomalies", blocks=_told(integration.anomalies, is_required=True)),
        Section(id="failures", title="Failed runs", blocks=_told(integration.failures, is_required=True)),
        Section(id="recommendations", title="Recommendations", blocks=_recommended(integration.recommendations)),
        Section(id="limitations", title="Limitations", blocks=_told(integration.limitations, is_required=True)),
        Section(id="open", title="Open questions", blocks=_open(integration.open_questions)),
    )


def worded(analysis: Analysis, document: Document) -> Analysis:
    """The analysis with the texts of its document, which was worded anew and has every text where it was."""
    before, after = slots(analysis_document(analysis)), slots(document)
    texts = {text: after[slot] for slot, text in before.items() if slot in after}
    return Analysis.model_validate(_replaced(analysis.model_dump(), texts))


def _document(kind: str, told: Analysis | Integration, *sections: Section) -> Document:
    summary = Section(id="summary", title="Summary", blocks=(Paragraph(text=told.summary),))
    kept = (summary, *(each for each in sections if each.blocks))
    return Document(kind=kind, experiment_id=told.experiment_id, title=told.title, sections=kept)


def _of(analysis: Analysis, kind: str) -> list[Finding]:
    return [one for one in analysis.findings if one.kind == kind]


def _told(findings: Iterable[Finding], *, is_required: bool = False) -> tuple[Block, ...]:
    return _listed([one.text for one in findings], is_required=is_required)


def _recommended(every: Iterable[Recommendation]) -> tuple[Block, ...]:
    return _listed([one.text for one in every])


def _open(every: Iterable[NotEstimated]) -> tuple[Block, ...]:
    return _listed([f"{one.what}: {one.why}" for one in every], is_required=True)


def _proposed(every: Sequence[Proposal]) -> tuple[Block, ...]:
    """File names and numbers of runs are data: they stand beside the prose, not in it."""
    files = "\n".join(f"{one.file}  runs: {one.runs}" for one in every)
    return (*_listed([one.purpose for one in every]), Verbatim(text=files)) if every else ()


def _listed(items: Sequence[str], *, is_required: bool = False) -> tuple[Block, ...]:
    return (Bullets(items=tuple(items), is_required=is_required),) if items else ()


def _name(analyst: str) -> str:
    """`my_analysts:calm` as a document's kind."""
    return _UNFIT.sub("_", analyst.lower()).strip("_") or "analysis"


def _replaced(node: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {
            key: texts.get(one, one) if key in _TEXTS and isinstance(one, str) else _replaced(one, texts)
            for key, one in node.items()
        }
    return [_replaced(one, texts) for one in node] if isinstance(node, list | tuple) else node
