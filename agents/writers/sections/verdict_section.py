"""The verdict: the registered test's, and that of each contrast which is not supported."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Bullets, Section
from agents.writers.shared.case_view import CaseView, verdict
from agents.writers.shared.required_statements import required, verdict_statement


def verdict_section(evidence: CaseView) -> Section:
    return Section(id="verdict", title="Verdict", blocks=tuple(_blocks(evidence)))


def not_established(evidence: CaseView) -> tuple[str, ...]:
    """Contrasts of the family that are not supported, each in the words of its verdict."""
    judged = (evidence.case.book.verdicts.get(one) for one in evidence.contrasts)
    return tuple(verdict(f"{one.id}.sentence") for one in judged if one and one.conclusion != "supported")


def _blocks(evidence: CaseView) -> Iterator[Block]:
    yield required(verdict_statement(evidence))
    others = not_established(evidence)
    if others and len(evidence.contrasts) > 1:
        yield required("Of the family of the test these contrasts are not supported:")
        yield Bullets(items=others, is_required=True)
