"""Object to numbers that no fact and no value of the spec supports, or that are stated of another arm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.review.finished_text.finished_text_context import FinishedTextContext
from agents.review.finished_text.known_numbers import KnownNumber
from agents.review.finished_text.stated_quantity import fitting_quantities
from agents.review.lexicon.number_lexer import Number, numbers
from agents.review.lexicon.subjects import fits, is_specific
from agents.review.text.mention_alignment import Mention, by_position, mentions_between, misplaced_in_sentence
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.review.text.spans import Spans

Subjects = frozenset[str]


def check_number_support(passage: Passage, context: FinishedTextContext) -> Iterator[Mark]:
    """Yield a mark for each number that no fact supports. Numbers inside the name of a level are not checked."""
    names = context.names(passage)
    named = Spans((name.start, name.end) for name in names)
    values: list[Mention[Subjects]] = []
    for number in numbers(passage):
        if named.contains(number.start):
            continue
        candidates = [] if number.is_in_name else context.numbers.candidates(number, passage.masked_text)
        fitting = fitting_quantities(passage, number.start, candidates, context.metric_pattern)
        if not fitting:
            yield _unsupported(passage, number, candidates)
        elif all(is_specific(candidate.subject) for candidate in fitting):
            subjects = frozenset(candidate.subject for candidate in fitting)
            values.append(Mention(number.start, number.end, subjects, False))
    yield from _swapped_subjects(passage, names, values)


def _unsupported(passage: Passage, number: Number, candidates: Sequence[KnownNumber]) -> Mark:
    text = passage.text[number.start : number.end].strip()
    if candidates:
        reason = f"'{text}' is the value of '{candidates[0].name}', and the text names another quantity"
        return Mark(number.start, number.end, "swapped_quantity", reason)
    return Mark(number.start, number.end, "number", f"no fact and no value of the spec equals '{text}'")


def _swapped_subjects(
    passage: Passage, names: Sequence[Mention[str]], values: Sequence[Mention[Subjects]]
) -> Iterator[Mark]:
    name_mentions = [Mention(name.start, name.end, frozenset((name.of,)), True) for name in names]
    mentions = by_position([*name_mentions, *values])
    for start, end in passage.sentences:
        sentence = mentions_between(mentions, start, end)
        for value in misplaced_in_sentence(sentence, passage.clauses(start, end), _fits_any):
            reason = f"this number belongs to {', '.join(sorted(value.of)[:2])}, and the text names another subject"
            yield Mark(value.start, value.end, "swapped_subject", reason)


def _fits_any(names: Subjects, subjects: Subjects) -> bool:
    return any(fits(name, subject) for name in names for subject in subjects)
