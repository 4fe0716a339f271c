"""Label a document of an experiment whose training or validation did not pass its gate."""

from __future__ import annotations

from collections.abc import Mapping

from agents.documents.document import Document, Paragraph, Section
from agents.facts.fact import Fact

SECTION_ID = "closed_gates"
_TITLE = "Closed gates: this experiment does not deliver"
_GATES = ("training", "validation")


def with_closed_gates(document: Document, facts: Mapping[str, Fact]) -> Document:
    """Return the document with a first section that names the closed gates. Unchanged if none is closed."""
    closed = closed_gates(facts)
    if not closed or any(section.id == SECTION_ID for section in document.sections):
        return document
    paragraphs = (Paragraph(text=_sentence(gate), is_required=True) for gate in closed)
    section = Section(id=SECTION_ID, title=_TITLE, blocks=tuple(paragraphs))
    return document.model_copy(update={"sections": (section, *document.sections)})


def closed_gates(facts: Mapping[str, Fact]) -> dict[str, str]:
    """Return why each closed gate is closed, by its name."""
    return {gate: str(facts[f"gate.{gate}.why"].value) for gate in _GATES if f"gate.{gate}.why" in facts}


def _sentence(gate: str) -> str:
    return (
        f"**The {gate} gate is closed:** {{{{f:gate.{gate}.why}}}}. "
        "The text below describes an experiment that did not pass this gate."
    )
