"""Object to comparisons outside verdicts. The selected arm may be called best if the sentence gives the selection."""

from __future__ import annotations

from collections.abc import Iterator

from agents.context.case import Book
from agents.review.lexicon.comparison_words import SUPERLATIVES, comparison_words
from agents.review.lexicon.subjects import best_arm, fits, is_specific
from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage


def check_comparisons(passage: Passage, context: Context) -> Iterator[Mark]:
    for start, end, word in comparison_words(passage):
        if word not in SUPERLATIVES or not _states_selection(passage, start, word, context.book):
            words = " ".join(word.split())
            reason = f"'{words}' states a comparison or claim: refer to a verdict, {{{{v:…}}}}"
            yield Mark(start, end, "comparative", reason)


def _states_selection(passage: Passage, position: int, word: str, book: Book) -> bool:
    """Return whether the sentence gives the selected level and the number of candidates, and names no other arm."""
    sentence = passage.placeholders_in(*passage.sentence_at(position))
    fact_ids = {placeholder.name for placeholder in sentence if placeholder.kind == "f"}
    best = best_arm(book)
    if best is None or "best.level" not in fact_ids or fact_ids.isdisjoint(("best.arms", "best.runs")):
        return False
    goal = book.facts.get("test.goal") or book.facts.get("experiment.goal")
    if SUPERLATIVES[word] and goal is not None and goal.value != SUPERLATIVES[word]:
        return False
    subjects = (book.facts[fact_id].subject for fact_id in fact_ids if fact_id in book.facts)
    return all(not is_specific(subject) or fits(best, subject) for subject in subjects)
