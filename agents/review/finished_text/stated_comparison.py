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
_PASSIVE_BEFORE = re.compile(r"\b(?:is|was|are|were|been|being)\s+(?:\w+ly\s+)?$")


@dataclass(frozen=True)
class StatedComparison:
    """A word that compares, the folded text of its sentence before and after it, and the arms named in both parts."""

    word: str
    before: str
    after: str
    sentence: str
    arms_before: tuple[str, ...]
    arms_after: tuple[str, ...]

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

    @property
    def is_denied(self) -> bool:
        return DENIAL_BEFORE_COMPARISON.search(re.split(r"[,;:]", self.before)[-1]) is not None

    @property
    def mentions_observation(self) -> bool:
        return _OBSERVED.search(f"{self.before}{self.after}") is not None


def stated_comparison(passage: Passage, word: tuple[int, int, str], arms: Sequence[Mention[str]]) -> StatedComparison:
    """Read the comparison that `word` (start, end, text) makes. `arms` are the arms that its sentence names."""
    start, end, text = word
    left, right = passage.sentence_at(start)
    sentence = passage.folded_text(left, right)
    before = dict.fromkeys(arm.of for arm in arms if arm.start < start)
    after = dict.fromkeys(arm.of for arm in arms if arm.start >= start)
    return StatedComparison(
        text, sentence[: start - left], sentence[end - left :], sentence, tuple(before), tuple(after)
    )
