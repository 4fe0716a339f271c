"""Object to conclusions that do not come from a verdict, and to verdicts and hypotheses that are misrepresented."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.review.lexicon.conclusion_words import (
    DENIAL,
    DISBELIEF,
    FINDING,
    HYPOTHESIS,
    POST_HOC,
    REGISTERED,
    states_conclusion,
)
from agents.review.rule import Context
from agents.review.rules.reference_rule import find_verdict
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_DENIAL_AFTER = re.compile(r"[\s,]*(?:which |that |this )?(?:is|was) (?:not|false|wrong|untrue|incorrect)\b")
_AFFIRMATION_AFTER = re.compile(
    r"[\s,]*(?:and )?(?:(?:this|that|which|it) )?(?:is|was|proved|turned out|holds|held|came)\b"
)
_AUTHORS_PROSE = ("hypothesis", "rationale", "description")
_HEADINGS = ("title", "subtitle", "caption", "alt")


def check_conclusions(passage: Passage, context: Context) -> Iterator[Mark]:
    for start, end in passage.sentences:
        placeholders = passage.placeholders_in(start, end)
        verdicts = [placeholder for placeholder in placeholders if placeholder.kind == "v"]
        if not verdicts and states_conclusion(passage.folded_text(start, end)):
            yield Mark(start, end, "conclusion", "only a verdict may state a conclusion: use {{v:…conclusion}}")
        for verdict in verdicts:
            if _is_denied(passage, verdict, start, end):
                yield Mark(verdict.start, verdict.end, "conclusion", "the sentence denies the verdict that it gives")
            if _is_called_registered(passage, verdict, context.book, start, end):
                reason = "a post hoc verdict is presented as registered"
                yield Mark(verdict.start, verdict.end, "conclusion", reason)
        for placeholder in placeholders:
            if _is_presented_as_finding(passage, placeholder, start, end):
                reason = "a statement of the spec is presented as a finding"
                yield Mark(placeholder.start, placeholder.end, "conclusion", reason)


def _is_denied(passage: Passage, verdict: Placeholder, start: int, end: int) -> bool:
    before = re.split(r"[,;:(]", passage.folded_text(start, verdict.start))[-1]
    after = passage.folded_text(verdict.end, end)
    return bool(DENIAL.search(before) or _DENIAL_AFTER.match(after) or DISBELIEF.search(after))


def _is_called_registered(passage: Passage, placeholder: Placeholder, book: Book, start: int, end: int) -> bool:
    verdict, sentence = find_verdict(placeholder.name, book), passage.folded_text(start, end)
    is_post_hoc = verdict is not None and verdict.is_post_hoc
    return bool(is_post_hoc and REGISTERED.search(sentence) and not POST_HOC.search(sentence))


def _is_presented_as_finding(passage: Passage, placeholder: Placeholder, start: int, end: int) -> bool:
    """Return whether the sentence affirms the spec's prose that it quotes, or a heading gives the hypothesis alone."""
    if placeholder.kind != "spec" or placeholder.name not in _AUTHORS_PROSE:
        return False
    words, after = passage.folded_text(start, placeholder.start), passage.folded_text(placeholder.end, end)
    if passage.masked_text[placeholder.end : end].lstrip()[:1].islower():
        words += after
    is_heading = passage.slot.split(".")[-1] in _HEADINGS and placeholder.name == "hypothesis"
    is_alone = is_heading and not HYPOTHESIS.search(words)
    return bool(is_alone or FINDING.search(words) or _AFFIRMATION_AFTER.match(after))
