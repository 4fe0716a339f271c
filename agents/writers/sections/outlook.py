"""What could follow: the analysts' recommendations, and the experiments that wait for approval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.writers.sections.findings import recommendations

WAITING = "The follow-up experiments are written as specs and wait for approval."


def outlook_section(analyses: Sequence[Analysis]) -> Section | None:
    blocks = tuple(_blocks(analyses))
    return Section(id="outlook", title="What could follow", blocks=blocks) if blocks else None


def _blocks(analyses: Sequence[Analysis]) -> Iterator[Block]:
    if items := recommendations(analyses):
        yield Paragraph(text="The analysts recommend:")
        yield Bullets(items=items)
    if has_proposals(analyses):
        yield Paragraph(text=WAITING)


def has_proposals(analyses: Sequence[Analysis]) -> bool:
    return any(one.proposals for one in analyses)
