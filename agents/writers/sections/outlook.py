"""The outlook: recommendations of the analysts, and proposed experiments that await approval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.writers.sections.findings import recommendations

AWAITING_APPROVAL = "The proposed follow-up experiments are written as specs and await approval."


def outlook_section(analyses: Sequence[Analysis]) -> Section | None:
    blocks = tuple(_blocks(analyses))
    return Section(id="outlook", title="Outlook", blocks=blocks) if blocks else None


def has_proposals(analyses: Sequence[Analysis]) -> bool:
    return any(analysis.proposals for analysis in analyses)


def _blocks(analyses: Sequence[Analysis]) -> Iterator[Block]:
    if items := recommendations(analyses):
        yield Paragraph(text="The analyses recommend:")
        yield Bullets(items=items)
    if has_proposals(analyses):
        yield Paragraph(text=AWAITING_APPROVAL)
