"""Compare a stated comparison with the verdicts of the registered test."""

from __future__ import annotations

from agents.context.case import Book
from agents.facts.subject import Subject, parse_subject
from agents.review.lexicon.subjects import tested_metric

_ALPHA = 0.05  # used if the book has no fact `test.alpha`


def goal(book: Book) -> str:
    return book.test.goal if book.test else "maximize"


def verdict_problem(pair: tuple[str, str], direction: int, book: Book) -> str:
    """Return why no verdict supports a comparison of two arms, or "" if one does.

    `direction` is the sign of the claimed difference, first minus second. With 0, either sign is accepted.
    """
    first, second = pair
    contrast, sign = _contrast(first, second, book), 1
    if not contrast:
        contrast, sign = _contrast(second, first, book), -1
    if not contrast:
        return f"no registered comparison is of {first} and {second}"
    difference = _established_sign(contrast, book)
    if difference == 0:
        return f"the verdict '{contrast}' does not establish a difference"
    if direction and direction != difference * sign:
        return f"the verdict '{contrast}' states the opposite"
    return ""


def _contrast(treatment: str, control: str, book: Book) -> str:
    """Return the id of the verdict on two arms, or "" if there is none.

    If several claims compare the arms, the first one that establishes a difference is returned, else the first one.
    """
    setting, control_setting = (parse_subject(arm).name or "" for arm in (treatment, control))
    contrast = str(Subject("contrast", f"{setting}|{control_setting.partition('=')[2]}"))
    verdicts = [name for name in book.verdicts if name == contrast or name.endswith(f"].{contrast}")]
    established = [name for name in verdicts if _established_sign(name, book)]
    return next(iter((*established, *verdicts)), "")


def _established_sign(contrast: str, book: Book) -> int:
    """Return the sign of the treatment's difference if a verdict establishes one, else 0.

    The claim has to be supported or refuted with an adjusted p of at most alpha, and the interval must not contain
    zero.
    """
    prefix, conclusion = f"{contrast}.{tested_metric(book)}", book.verdicts[contrast].conclusion
    difference = _number(f"{prefix}.difference", book) or 0.0
    low, high = _number(f"{prefix}.low", book), _number(f"{prefix}.high", book)
    excludes_zero = low is None or high is None or low > 0 or high < 0
    is_worse = difference > 0 if goal(book) == "minimize" else difference < 0
    is_established = conclusion == "supported" or (conclusion == "refuted" and is_worse)
    if not is_established or not excludes_zero or not _is_significant(contrast, book):
        return 0
    return 1 if difference > 0 else -1


def _is_significant(contrast: str, book: Book) -> bool:
    p, alpha = _number(f"{contrast}.{tested_metric(book)}.p_adjusted", book), _number("test.alpha", book)
    return p is not None and p <= (_ALPHA if alpha is None else alpha)


def _number(fact_id: str, book: Book) -> float | None:
    value = book.facts[fact_id].value if fact_id in book.facts else None
    return float(value) if isinstance(value, int | float) else None
