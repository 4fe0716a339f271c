"""Read a comparison from a sentence: the word that compares, its direction, and the two arms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.review.lexicon.conclusion_words import DENIAL_BEFORE_COMPARISON
from agents.review.text.mention_alignment import Mention
from agents.review.text.passage import Passage
from agents.review.text.word_lists import alternatives, word_lists

_LISTS = word_lists(__file__)
_BETTER, _WORSE, _HIGHER, _LOWER, _SIGNIFICANT = (
    re.compile(alternatives(_LISTS, name)) for name in ("better", "worse", "higher", "lower", "significant")
)
_OBSERVED = re.compile(rf"\b(?:{alternatives(_LISTS, 'observed')})\b")
_NEAR = 200  # characters before and after a word, in which a passive and the end of the word are found
_PASSIVE_BEFORE = re.compile(r"\b(?:is|was|are|were|been|being)\s+(?:\w+ly\s+)?$")


@dataclass(frozen=True)
class StatedComparison:
    """A word that compares, the folded text near it, and the arms that its sentence names before and after it."""

    word: str
    before: str  # at most `_NEAR` characters
    after: str
    arms_before: tuple[str, ...]
    arms_after: tuple[str, ...]
    is_denied: bool
    mentions_observation: bool

    def direction(self, goal: str) -> int | None:
        """Return the sign of the claimed difference, first arm minus second.

        0 means that no direction is claimed. None means that the word does not compare two arms.
        """
        better = -1 if goal == "minimize" else 1
        signs = ((_BETTER, better), (_WORSE, -better), (_HIGHER, 1), (_LOWER, -1), (_SIGNIFICANT, 0))
        text = f"{self.word}{self.after[:10]}"
        return next((sign for pattern, sign in signs if pattern.match(text)), None)

    @property
    def pair(self) -> tuple[str, str] | None:
        """The arm that the claim is about and the one it is compared with."""
        before, after = self.arms_before, self.arms_after
        if before and after:
            is_passive = _PASSIVE_BEFORE.search(self.before) and self.after.lstrip().startswith("by ")
            return (after[0], before[-1]) if is_passive else (before[-1], after[0])
        if len(before) == 2:
            return before[1], before[0]
        return (after[0], after[1]) if len(after) == 2 else None


def stated_comparison(passage: Passage, word: tuple[int, int, str], arms: Sequence[Mention[str]]) -> StatedComparison:
    """Read the comparison that `word` (start, end, text) makes. `arms` are the arms that its sentence names."""
    start, end, text = word
    left, right = passage.sentence_at(start)
    near_before = passage.folded_text(max(left, start - _NEAR), start)
    near_after = passage.folded_text(end, min(right, end + _NEAR))
    part = max(passage.masked_text.rfind(mark, left, start) for mark in ",;:") + 1
    is_observed = any(passage.words_between(_OBSERVED, *span) for span in ((left, start), (end, right)))
    is_denied = bool(passage.words_between(DENIAL_BEFORE_COMPARISON, max(left, part), start))
    before = dict.fromkeys(arm.of for arm in arms if arm.start < start)
    after = dict.fromkeys(arm.of for arm in arms if arm.start >= start)
    return StatedComparison(text, near_before, near_after, tuple(before), tuple(after), is_denied, is_observed)
