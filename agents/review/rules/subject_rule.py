"""Object to values and verdicts that a sentence attributes to another arm or run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.facts.subject import subject_kind
from agents.review.lexicon.subjects import fits
from agents.review.rule import Context
from agents.review.rules.reference_rule import find_verdict
from agents.review.text.mention_alignment import Mention, misplaced_in_sentence
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage


def check_subjects(passage: Passage, context: Context) -> Iterator[Mark]:
    """Yield a mark for each value whose subject the sentence does not name.

    A sentence without a name continues with the last name of the sentences before it.
    """
    last_name: list[Mention[str]] = []
    for start, end in passage.sentences:
        mentions = context.subjects.in_template(passage, start, end)
        names = [mention for mention in mentions if mention.is_name]
        clauses = passage.clauses(start, end)
        for value in misplaced_in_sentence(mentions if names else [*last_name, *mentions], clauses, fits):
            reason = f"the value belongs to {value.of}, and the text names another subject"
            yield Mark(value.start, value.end, "swapped_subject", reason)
        yield from _check_verdicts(passage, context, names, start, end)
        last_name = names[-1:] or last_name


def _check_verdicts(
    passage: Passage, context: Context, names: Sequence[Mention[str]], start: int, end: int
) -> Iterator[Mark]:
    arms = [name for name in names if subject_kind(name.of) == "arm"]
    for placeholder in passage.placeholders_in(start, end):
        verdict = find_verdict(placeholder.name, context.book) if placeholder.kind == "v" else None
        if verdict is None or not verdict.subjects or not arms:
            continue
        if not any(fits(arm.of, subject) for arm in arms for subject in verdict.subjects):
            reason = f"the verdict is about {', '.join(verdict.subjects)}"
            yield Mark(placeholder.start, placeholder.end, "swapped_subject", reason)
