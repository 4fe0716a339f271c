"""An analysis worded by a model: as the document that it makes, and read back from it."""

from __future__ import annotations

from dataclasses import replace

from agents.analysis.analysis_documents import analysis_document
from agents.analysis.analysis_documents import with_reworded_texts as with_texts_of
from agents.analysis.analysis_schema import Analysis
from agents.analysis.merged_book import merged_book
from agents.context.case import Case
from agents.language_model.protocol import Channel
from agents.rewording.decisions import Record
from agents.rewording.prompting.briefing import LARGEST_PART
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.reword_document import Review, worded


def known_to(analysis: Analysis, case: Case) -> Case:
    """The case with what the analyst found. Raises DuplicateFact."""
    return replace(case, book=merged_book(case, [analysis]))


def worded_analysis(
    analysis: Analysis,
    case: Case,
    prompt: Prompt,
    channel: Channel,
    review: Review,
    *,
    model: str = "",
    transcript: Transcript | None = None,
    largest: int = LARGEST_PART,
) -> tuple[Analysis, Record]:
    """As `worded`, and without tools: an analyst has computed what there is, and its findings say what they rest on.

    Raises:
        DuplicateFact: a fact of the analyst contradicts the case.
    """
    document, informed = analysis_document(analysis), known_to(analysis, case)
    result = worded(document, informed, prompt, channel, review, model=model, transcript=transcript, largest=largest)
    return with_texts_of(analysis, result.document), result.record
