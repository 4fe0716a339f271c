"""Which verdicts stand together, and what speaks against one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from agents.analysis.analysis_schema import Finding
from agents.context.case import Book
from agents.facts.fact import Verdict
from agents.facts.subject import parse_fact_id, parse_subject

_FOR = frozenset({"supported", "held"})
_AGAINST = frozenset({"refuted", "regressed"})
_HYPOTHESIS = "hypothesis"


def undisputed_verdicts(book: Book, against: Sequence[Finding]) -> Iterator[Finding]:
    """Every verdict that decides and that nothing speaks against; those after the fact say so."""
    doubted = {name for each in against for name in each.verdicts}
    for verdict in _distinct(book):
        is_open = verdict.conclusion not in _FOR | _AGAINST or verdict.id in doubted
        if not is_open and not _is_told_by_another(verdict, book):
            yield Finding(id=f"agreed-{verdict.id}", text=_told(verdict), facts=verdict.facts, verdicts=(verdict.id,))


def disagreements(book: Book, anomalies: Sequence[Finding]) -> Iterator[Finding]:
    """Verdicts on one comparison that point opposite ways, and supporting ones whose arm has an anomaly.

    To be above the control and below a recorded result is no contradiction.
    """
    verdicts = _distinct(book)
    for first, second in combinations(verdicts, 2):
        if _are_opposite(first, second) and _compared(first) == _compared(second):
            yield _clash(first, second)
    for verdict in verdicts:
        if verdict.conclusion in _FOR:
            yield from (_doubt(verdict, each) for each in anomalies if _touches(book, each, verdict))


def _is_told_by_another(verdict: Verdict, book: Book) -> bool:
    """An arm by the verdict on its known result, a contrast by that on the hypothesis where both conclude the same."""
    wholes = [one for one in book.verdicts.values() if _is_part_of(verdict, one)]
    hypothesis = book.verdicts.get(_HYPOTHESIS)
    if parse_subject(verdict.id).kind == "contrast" and hypothesis is not None:
        wholes.append(hypothesis)
    return any(one.conclusion == verdict.conclusion for one in wholes)


def _is_part_of(verdict: Verdict, whole: Verdict) -> bool:
    """Check whether a verdict is about one arm of what the other is about."""
    part, owner = parse_fact_id(verdict.id), parse_fact_id(whole.id)
    return part.subject is not None and part.prefix == owner.prefix and part.subject.owner == owner.subject is not None


def _distinct(book: Book) -> list[Verdict]:
    """Where there is a single contrast, its verdict and the hypothesis's say the same: the latter stands for both."""
    said = {each.sentence: each for each in reversed(tuple(book.verdicts.values()))}
    hypothesis = book.verdicts.get(_HYPOTHESIS)
    if hypothesis is not None:
        said[hypothesis.sentence] = hypothesis
    return [each for each in book.verdicts.values() if said[each.sentence] is each]


def _compared(verdict: Verdict) -> set[str]:
    """What was held against what."""
    return {each for each in verdict.subjects if parse_subject(each).kind not in ("contrast", "experiment")}


def _are_opposite(first: Verdict, second: Verdict) -> bool:
    ends = {first.conclusion, second.conclusion}
    return bool(ends & _FOR) and bool(ends & _AGAINST)


def _touches(book: Book, anomaly: Finding, verdict: Verdict) -> bool:
    """The control counts here: a comparison is as sound as both of its arms."""
    subjects = {book.facts[name].subject for name in anomaly.facts if name in book.facts} - {"experiment"}
    return bool(subjects & set(verdict.subjects))


def _clash(first: Verdict, second: Verdict) -> Finding:
    text = f"{_told(first)} Against it stands: {_told(second)}"
    return Finding(
        id=f"clash-{first.id}-{second.id}",
        text=text,
        facts=tuple(dict.fromkeys((*first.facts, *second.facts))),
        verdicts=(first.id, second.id),
    )


def _doubt(verdict: Verdict, anomaly: Finding) -> Finding:
    return Finding(
        id=f"doubt-{verdict.id}-{anomaly.id}",
        kind="anomaly",
        text=f"{_told(verdict)} An anomaly touches an arm of this comparison. {anomaly.text}",
        facts=anomaly.facts,
        verdicts=(verdict.id,),
    )


def _told(verdict: Verdict) -> str:
    begin = "Post hoc: " if verdict.is_post_hoc else ""
    return f"{begin}{{{{v:{verdict.id}.sentence}}}}"
