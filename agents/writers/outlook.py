"""What could follow: the analysts' recommendations, what they leave open, and experiments that wait for approval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.analysis import Analysis
from agents.documents.document import Block, Bullets, Paragraph, Section
from agents.writers.findings import recommendations
from agents.writers.together import integrated_texts


def outlook_section(analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Section | None:
    blocks = (*_recommended(analyses), *_proposed(analyses), *_open(integration))
    return Section(id="outlook", title="What could follow", blocks=blocks) if blocks else None


def _recommended(analyses: Sequence[Analysis]) -> Iterator[Block]:
    if items := recommendations(analyses):
        yield Paragraph(text="The analysts recommend:")
        yield Bullets(items=items)


def _proposed(analyses: Sequence[Analysis]) -> Iterator[Block]:
    if items := tuple(dict.fromkeys(one.purpose for analysis in analyses for one in analysis.proposals)):
        yield Paragraph(text="Follow-up experiments are written and wait for approval. Their purposes:")
        yield Bullets(items=items)


def _open(integration: Mapping[str, Any] | None) -> Iterator[Block]:
    if items := tuple(integrated_texts(integration, "open_questions")):
        yield Paragraph(text="Left open by the analysts:")
        yield Bullets(items=items)
