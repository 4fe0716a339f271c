"""Comparisons that a finished text states, against what the verdicts decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.context.case import Book
from agents.review.finished_text.level_mentions import chosen_arm
from agents.review.text.mention_alignment import Mention

_GOOD = re.compile(r"better|outperform|outdo|outdid|outscor|outrank|beat|surpass|w[io]n|superior|improv|more accurate")
_BAD = re.compile(r"worse|inferior|underperform|degrad|deteriorat|worsen|less accurate|los(?:es|t|ing) to")
_UP = re.compile(r"higher|larger|greater|bigger|more\b|exceed|increas|ris(?:es|en|ing)|rose|gr[eo]w|gain|climb|rais")
_DOWN = re.compile(r"lower|smaller|less\b|fewer|decreas|reduc|drop|fell|fall|declin|shr[iau]nk")
_SIGNIFICANT = re.compile(r"significan")
_BEST = {"best": None, "highest": "maximize", "largest": "maximize", "lowest": "minimize", "smallest": "minimize"}
_DENIAL = re.compile(r"\b(?:not|never|no|nor|neither|hardly|cannot)\b|n't\b")
_PASSIVE = re.compile(r"\b(?:is|was|are|were|been|being)\s+(?:\w+ly\s+)?$")
_OBSERVED = re.compile(r"\b(?:observed|of the|among|chosen)\b")
ALPHA = 0.05


@dataclass(frozen=True)
class Said:
    """A word of comparison in a sentence: what stands before and after it, and the arms that are named."""

    word: str
    before: str
    after: str
    named_before: tuple[str, ...]
    named_after: tuple[str, ...]


def said(word: str, start: int, end: int, sentence: str, offset: int, named: Sequence[Mention[str]]) -> Said:
    """`sentence` is folded and starts at `offset`."""
    arms = [one for one in named if one.what.startswith("arm[")]
    before = tuple(dict.fromkeys(one.what for one in arms if one.start < start))
    after = tuple(dict.fromkeys(one.what for one in arms if one.start >= start))
    return Said(word, sentence[: start - offset], sentence[end - offset :], before, after)


def objection(comparison: Said, metrics: frozenset[str], book: Book) -> str:
    """Why nothing supports it; empty where a verdict does."""
    if comparison.word in _BEST:
        return _selection(comparison, book)
    direction = _direction(comparison, book)
    if direction is None:
        return f"'{comparison.word}' claims what no verdict says"
    if _DENIAL.search(re.split(r"[,;:]", comparison.before)[-1]):
        return f"'{comparison.word}' is denied, and no verdict denies it"
    pair = _pair(comparison)
    if pair is None:
        return f"'{comparison.word}' does not say which two levels it compares"
    if metrics and not metrics & _own_metrics(book):
        return f"the registered test compares {_metric(book)}, not {' or '.join(sorted(metrics))}"
    return _undecided(pair, direction, book, is_significant=bool(_SIGNIFICANT.search(comparison.word)))


def _direction(comparison: Said, book: Book) -> int | None:
    """1: the first named has the higher metric; -1: the lower; 0: they differ; None: no comparison of two."""
    text = f"{comparison.word}{comparison.after[:10]}"
    ascending = -1 if _goal(book) == "minimize" else 1
    signs = ((_GOOD, ascending), (_BAD, -ascending), (_UP, 1), (_DOWN, -1), (_SIGNIFICANT, 0))
    return next((sign for pattern, sign in signs if pattern.match(text)), None)


def _pair(comparison: Said) -> tuple[str, str] | None:
    """The arm that is said to be so, and the one it is compared with."""
    before, after = comparison.named_before, comparison.named_after
    if before and after:
        pair = (before[-1], after[0])
        is_passive = _PASSIVE.search(comparison.before) and comparison.after.lstrip().startswith("by ")
        return pair[::-1] if is_passive else pair
    if len(before) == 2:
        return before[1], before[0]
    return (after[0], after[1]) if len(after) == 2 else None


def _undecided(pair: tuple[str, str], direction: int, book: Book, *, is_significant: bool) -> str:
    """Why no verdict says so of this pair."""
    found = next((sign for sign in (1, -1) if _contrast(pair[::sign], book)), None)
    if found is None:
        return f"no registered comparison is of {pair[0]} and {pair[1]}"
    contrast = _contrast(pair[::found], book)
    decided = _established(contrast, book)
    if decided == 0:
        return f"the verdict '{contrast}' does not establish a difference"
    if direction and direction != decided * found:
        return f"the verdict '{contrast}' says the opposite"
    p = _value(f"{contrast}.{_metric(book)}.p_adjusted", book)
    alpha = _value("test.alpha", book)
    if is_significant and (p is None or p > (ALPHA if alpha is None else alpha)):
        return f"the adjusted p of '{contrast}' is not below alpha"
    return ""


def _contrast(pair: tuple[str, ...], book: Book) -> str:
    treatment, control = (one.removeprefix("arm[").removesuffix("]") for one in pair)
    name = f"contrast[{treatment}|{control.partition('=')[2]}]"
    return name if name in book.verdicts else ""


def _established(contrast: str, book: Book) -> int:
    """The sign of the treatment's difference where a verdict stands behind it, else 0."""
    conclusion = book.verdicts[contrast].conclusion
    difference = _value(f"{contrast}.{_metric(book)}.difference", book) or 0.0
    ascending = -1 if _goal(book) == "minimize" else 1
    p, alpha = _value(f"{contrast}.{_metric(book)}.p_adjusted", book), _value("test.alpha", book)
    is_worse = difference * ascending < 0 and p is not None and p <= (ALPHA if alpha is None else alpha)
    if conclusion == "supported" or (conclusion == "refuted" and is_worse):
        return 1 if difference > 0 else -1
    return 0


def _selection(comparison: Said, book: Book) -> str:
    goal = _BEST[comparison.word]
    if goal is not None and goal != _goal(book):
        return f"the goal is to {_goal(book)}: '{comparison.word}' was not what was looked for"
    named = {*comparison.named_before, *comparison.named_after}
    if named != {chosen_arm(book)}:
        return f"'{comparison.word}' is not told of the arm that the facts name: {chosen_arm(book)}"
    sentence = f"{comparison.before}{comparison.after}"
    return "" if _OBSERVED.search(sentence) else f"'{comparison.word}': say among how many, and that it was observed"


def _own_metrics(book: Book) -> frozenset[str]:
    return frozenset((_metric(book), _metric(book).split("_")[-1]))


def _metric(book: Book) -> str:
    return str((book.spec.get("compare") or {}).get("metric", ""))


def _goal(book: Book) -> str:
    return str((book.spec.get("compare") or {}).get("goal", "maximize"))


def _value(name: str, book: Book) -> float | None:
    value = book.facts[name].value if name in book.facts else None
    return float(value) if isinstance(value, int | float) else None
