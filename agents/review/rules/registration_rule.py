"""Object to texts that call a test registered in advance or confirmatory if it is not."""

from __future__ import annotations

from collections.abc import Iterator

from agents.context.case import Book
from agents.review.lexicon.conclusion_words import BEFORE_ANY_RUN, DENIAL_OF_REGISTRATION, REGISTERED_IN_ADVANCE
from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_RULE = "registration"


def check_registration_claims(passage: Passage, context: Context) -> Iterator[Mark]:
    """Yield a mark for each phrase that claims more of the registration than the facts state.

    A phrase with a denial before it in its clause is accepted.
    """
    if is_exploratory(context.book):
        pattern, reason = REGISTERED_IN_ADVANCE, "the test is exploratory: it was not fixed before its runs"
    elif _known_runs(context.book):
        pattern, reason = BEFORE_ANY_RUN, "some runs were known before the registration"
    else:
        return
    for start, end, _ in passage.search(pattern):
        left, _ = passage.sentence_at(start)
        clauses = [clause for clause, right in passage.clauses(left, end) if clause <= start < right]
        before = passage.folded_text(clauses[-1] if clauses else left, end)
        if not DENIAL_OF_REGISTRATION.search(before):
            yield Mark(start, end, _RULE, reason)


def is_exploratory(book: Book) -> bool:
    """Return whether the verdict on the hypothesis is exploratory, or no registration was written."""
    fact = book.facts.get("registration.post_hoc")
    verdict = book.verdicts.get("hypothesis")
    return bool((fact is not None and fact.value) or (verdict is not None and verdict.is_post_hoc))


def _known_runs(book: Book) -> bool:
    fact = book.facts.get("registration.known_runs")
    return bool(fact is not None and fact.value)
