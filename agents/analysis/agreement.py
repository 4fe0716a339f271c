"""Find undisputed verdicts, contradictory verdicts, and favourable verdicts with anomalies in their arms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from agents.analysis.analysis_schema import Finding
from agents.context.case import Book
from agents.facts.subject import parse_fact_id, parse_subject
from agents.facts.verdict import HYPOTHESIS, Verdict, is_test_verdict

_FAVOURABLE = frozenset({"supported", "held"})
_UNFAVOURABLE = frozenset({"refuted", "regressed"})


def undisputed_verdicts(book: Book, disputed: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a finding for every favourable or unfavourable verdict that is in no disagreement.

    A verdict is omitted if a verdict on a larger comparison has the same conclusion. Post hoc verdicts are labelled.
    """
    disputed_ids = {name for finding in disputed for name in finding.verdicts}
    for verdict in _distinct(book):
        is_decisive = verdict.conclusion in _FAVOURABLE | _UNFAVOURABLE and verdict.id not in disputed_ids
        if is_decisive and not _is_covered(verdict, book):
            yield Finding(id=f"agreed-{verdict.id}", text=_text(verdict), facts=verdict.facts, verdicts=(verdict.id,))


def disagreements(book: Book, anomalies: Sequence[Finding]) -> Iterator[Finding]:
    """Yield opposite verdicts on one comparison, and favourable verdicts with an anomaly in one of their arms.

    An arm that is better than the control and worse than a recorded result is no contradiction, because these are two
    comparisons.
    """
    verdicts = _distinct(book)
    for first, second in combinations(verdicts, 2):
        if is_test_verdict(first.id) and is_test_verdict(second.id):
            continue  # the claims of one test differ, so opposite outcomes do not contradict each other
        if _are_opposite(first, second) and _compared_subjects(first) == _compared_subjects(second):
            yield _contradiction(first, second)
    for verdict in verdicts:
        if verdict.conclusion in _FAVOURABLE:
            yield from (
                _verdict_with_anomaly(verdict, anomaly)
                for anomaly in anomalies
                if _is_in_compared_arm(book, anomaly, verdict)
            )


def _is_covered(verdict: Verdict, book: Book) -> bool:
    """Return whether a verdict on all arms, or on the hypothesis for a claim or contrast, has the same conclusion."""
    covering = [other for other in book.verdicts.values() if _is_part_of(verdict, other)]
    hypothesis = book.verdicts.get(HYPOTHESIS)
    if verdict.id != HYPOTHESIS and is_test_verdict(verdict.id) and hypothesis is not None:
        covering.append(hypothesis)
    return any(other.conclusion == verdict.conclusion for other in covering)


def _is_part_of(verdict: Verdict, whole: Verdict) -> bool:
    """Return whether a verdict is about one arm of the comparison that the verdict `whole` is about."""
    part_id, whole_id = parse_fact_id(verdict.id), parse_fact_id(whole.id)
    if part_id.subject is None or whole_id.subject is None or part_id.prefix != whole_id.prefix:
        return False
    return part_id.subject.owner == whole_id.subject


def _distinct(book: Book) -> list[Verdict]:
    """Return one verdict for each sentence. The verdict on the hypothesis replaces a contrast with its sentence."""
    by_sentence = {verdict.sentence: verdict for verdict in reversed(tuple(book.verdicts.values()))}
    hypothesis = book.verdicts.get(HYPOTHESIS)
    if hypothesis is not None:
        by_sentence[hypothesis.sentence] = hypothesis
    return [verdict for verdict in book.verdicts.values() if by_sentence[verdict.sentence] is verdict]


def _compared_subjects(verdict: Verdict) -> set[str]:
    return {subject for subject in verdict.subjects if parse_subject(subject).kind not in ("contrast", "experiment")}


def _are_opposite(first: Verdict, second: Verdict) -> bool:
    conclusions = {first.conclusion, second.conclusion}
    return bool(conclusions & _FAVOURABLE) and bool(conclusions & _UNFAVOURABLE)


def _is_in_compared_arm(book: Book, anomaly: Finding, verdict: Verdict) -> bool:
    """Return whether an anomaly is in an arm of the comparison. The control is such an arm."""
    subjects = {book.facts[name].subject for name in anomaly.facts if name in book.facts} - {"experiment"}
    return bool(subjects & set(verdict.subjects))


def _contradiction(first: Verdict, second: Verdict) -> Finding:
    return Finding(
        id=f"clash-{first.id}-{second.id}",
        text=f"{_text(first)} This is contradicted by the following. {_text(second)}",
        facts=tuple(dict.fromkeys((*first.facts, *second.facts))),
        verdicts=(first.id, second.id),
    )


def _verdict_with_anomaly(verdict: Verdict, anomaly: Finding) -> Finding:
    return Finding(
        id=f"doubt-{verdict.id}-{anomaly.id}",
        kind="anomaly",
        text=f"{_text(verdict)} An anomaly was reported in an arm of this comparison. {anomaly.text}",
        facts=anomaly.facts,
        verdicts=(verdict.id,),
    )


def _text(verdict: Verdict) -> str:
    is_labelled = any(word in verdict.sentence.lower() for word in ("post hoc", "exploratory"))
    label = "Post hoc: " if verdict.is_post_hoc and not is_labelled else ""
    return f"{label}{{{{v:{verdict.id}.sentence}}}}"
