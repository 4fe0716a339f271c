"""Object to comparisons that no verdict supports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents.context.case import Book
from agents.facts.subject import subject_kind
from agents.review.finished_text.comparison_verdicts import goal, verdict_problem
from agents.review.finished_text.finished_text_context import FinishedTextContext
from agents.review.finished_text.stated_comparison import StatedComparison, stated_comparison
from agents.review.lexicon.comparison_words import SUPERLATIVES, comparison_words
from agents.review.lexicon.subjects import best_arm, tested_metric
from agents.review.text.mention_alignment import Mention
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_RELATION = re.compile(r"[<>≤≥≪≫]=?\s*[-+−]?\.?\d")
_P_VALUE = re.compile(r"(?:\bp\b[^.;|]{0,40}|[|(\[]\s*\\?|^\s*\\?)$", re.IGNORECASE)


def check_comparison_support(passage: Passage, context: FinishedTextContext) -> Iterator[Mark]:
    arms: dict[tuple[int, int], list[Mention[str]]] = {}  # by sentence
    for name in context.names(passage):
        if subject_kind(name.of) == "arm":
            arms.setdefault(passage.sentence_at(name.start), []).append(name)
    words = list(comparison_words(passage))
    compared = {passage.sentence_at(start) for start, _, word in words if word != "than"}
    for start, end, word in words:
        sentence = passage.sentence_at(start)
        if word == "than" and sentence in compared:
            continue  # the other word makes the comparison: "higher than"
        comparison = stated_comparison(passage, (start, end, word), arms.get(sentence, ()))
        metrics = passage.words_between(context.metric_pattern, *sentence) if context.metric_pattern else []
        if problem := _problem(comparison, sorted(set(metrics)), context.book):
            yield Mark(start, end, "comparative", problem)
    for match in _RELATION.finditer(passage.masked_text):
        if not _P_VALUE.search(passage.masked_text[max(0, match.start() - 60) : match.start()]):
            yield Mark(*match.span(), "comparative", "a relation between values: only a verdict may compare")


def _problem(comparison: StatedComparison, metrics: Sequence[str], book: Book) -> str:
    """Return why no verdict supports a comparison, or "" if one does. `metrics` are the ones its sentence names."""
    if comparison.word in SUPERLATIVES:
        return _selection_problem(comparison, book)
    direction = comparison.direction(goal(book))
    if direction is None:
        return f"'{comparison.word}' makes a claim that no verdict states"
    if comparison.is_denied:
        return f"'{comparison.word}' is negated, and no verdict states the absence of a difference"
    if comparison.pair is None:
        return f"'{comparison.word}' compares levels that the sentence does not name: name two levels"
    if metrics and {tested_metric(book), tested_metric(book).split("_")[-1]}.isdisjoint(metrics):
        return f"the registered test compares {tested_metric(book)}, not {' or '.join(metrics)}"
    return verdict_problem(comparison.pair, direction, book)


def _selection_problem(comparison: StatedComparison, book: Book) -> str:
    required_goal = SUPERLATIVES[comparison.word]
    if required_goal and required_goal != goal(book):
        return f"the goal is to {goal(book)}, so no arm was selected as '{comparison.word}'"
    if {*comparison.arms_before, *comparison.arms_after} != {best_arm(book)}:
        return f"'{comparison.word}' may describe only the selected arm, {best_arm(book)}"
    if not comparison.mentions_observation:
        return f"'{comparison.word}': state that it was observed, and among how many arms or runs"
    return ""
