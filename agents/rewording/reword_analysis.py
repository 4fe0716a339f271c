"""Reword an analysis with a language model: convert it to a document, reword that, and read the texts back."""

from __future__ import annotations

from dataclasses import replace

from agents.analysis.analysis_documents import analysis_document, with_reworded_texts
from agents.analysis.analysis_schema import Analysis
from agents.analysis.merged_book import merged_book
from agents.context.case import Case
from agents.language_model.protocol import Channel
from agents.rewording.decisions import RewordingRecord
from agents.rewording.prompting.document_parts import MAX_PART_LENGTH
from agents.rewording.prompting.prompts import Prompt
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.reword_document import Review, reword_document


def case_with_analysis(analysis: Analysis, case: Case) -> Case:
    """Return the case with the facts and verdicts of the analysis. Raises DuplicateFact."""
    return replace(case, book=merged_book(case, [analysis]))


def reword_analysis(
    analysis: Analysis,
    case: Case,
    prompt: Prompt,
    channel: Channel,
    review: Review,
    *,
    model: str = "",
    transcript: Transcript | None = None,
    max_part_length: int = MAX_PART_LENGTH,
) -> tuple[Analysis, RewordingRecord]:
    """Reword an analysis as `reword_document` does, without tools: the analyst has derived all facts.

    Raises:
        DuplicateFact: A fact of the analysis differs from the case's fact of the same id.
    """
    result = reword_document(
        analysis_document(analysis),
        case_with_analysis(analysis, case),
        prompt,
        channel,
        review,
        model=model,
        transcript=transcript,
        max_part_length=max_part_length,
    )
    return with_reworded_texts(analysis, result.document), result.record
