"""Object to stated conclusions that differ from the verdict on the hypothesis."""

from __future__ import annotations

from collections.abc import Iterator

from agents.review.lexicon.conclusion_words import CONCLUSION, DENIAL, states_conclusion
from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_SUPPORTED = frozenset(("supported", "supports", "support", "confirmed", "accepted"))
_HOLDING = frozenset(("hold", "holds"))


def check_stated_conclusions(passage: Passage, context: Context) -> Iterator[Mark]:
    verdict = context.book.verdicts.get("hypothesis")
    for start, end in passage.sentences:
        sentence = passage.folded_text(start, end)
        if states_conclusion(sentence) and (verdict is None or not _agrees(sentence, verdict.conclusion)):
            conclusion = "no verdict" if verdict is None else f"'{verdict.conclusion}'"
            yield Mark(start, end, "conclusion", f"the verdict on the hypothesis is {conclusion}")


def _agrees(sentence: str, conclusion: str) -> bool:
    words = frozenset(match[0] for match in CONCLUSION.finditer(sentence))
    if "neither" in sentence:
        return conclusion in ("inconclusive", "untestable")
    if DENIAL.search(sentence):
        return conclusion == "refuted" or (conclusion != "supported" and words <= _SUPPORTED)
    return words == {conclusion} or (conclusion == "supported" and words <= _HOLDING)
