"""What could follow: the analysts' recommendations, and follow-up experiments that wait for approval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis import Analysis
from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.writers.findings import recommendations

_QUESTIONS = ("open_questions", "disagreements")


def outlook_section(analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Section | None:
    blocks = (*_recommended(analyses), *_proposed(analyses), *_open(integration))
    return Section(id="outlook", title="What could follow", blocks=blocks) if blocks else None


def integrated_summary(integration: Mapping[str, Any] | None) -> Iterator[Paragraph]:
    """The analysts' common summary, where one was made."""
    summary = (integration or {}).get("summary")
    if isinstance(summary, str) and summary:
        yield Paragraph(text=summary)


def _recommended(analyses: Sequence[Analysis]) -> Iterator[Block]:
    if items := recommendations(analyses):
        yield Paragraph(text="The analysts recommend:")
        yield Bullets(items=items)


def _proposed(analyses: Sequence[Analysis]) -> Iterator[Block]:
    if items := tuple(one.purpose for analysis in analyses for one in analysis.proposals):
        yield Paragraph(text="Follow-up experiments are written and wait for approval. Their purposes:")
        yield Bullets(items=items)


def _open(integration: Mapping[str, Any] | None) -> Iterator[Block]:
    told = [text for key in _QUESTIONS for text in _texts((integration or {}).get(key))]
    if told:
        yield Paragraph(text="Left open by the analysts:")
        yield Bullets(items=tuple(told))


def _texts(value: Any) -> Iterator[str]:
    """Texts of a list whose items are texts, or mappings that hold one."""
    for one in value if isinstance(value, list | tuple) else ():
        text = one.get("text") if isinstance(one, Mapping) else one
        if isinstance(text, str) and text:
            yield text
