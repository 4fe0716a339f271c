"""The verdict of the test, with the outcome of every claim and level."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.document import Block, Section
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import required
from agents.writers.shared.template_text import verdict
from agents.writers.shared.verdict_statement import verdict_statement


def verdict_section(view: CaseView) -> Section:
    return Section(id="verdict", title="Verdict", blocks=tuple(_blocks(view)))


def unsupported_contrasts(view: CaseView) -> tuple[str, ...]:
    """Return the sentence of every contrast that is not supported."""
    verdicts = (view.case.book.verdicts.get(name) for name in view.contrasts)
    unsupported = (contrast for contrast in verdicts if contrast and contrast.conclusion != "supported")
    return tuple(verdict(f"{contrast.id}.sentence") for contrast in unsupported)


def _blocks(view: CaseView) -> Iterator[Block]:
    yield required(verdict_statement(view))
