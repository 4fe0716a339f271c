"""A tool that computes a new fact from other facts by a fixed operation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from agents.facts.derive import OPERATIONS, UnusableFacts, derive
from agents.rewording.prompting.briefing import fact_entry
from agents.rewording.tools.session import CallRejected, ToolSession
from agents.rewording.tools.tool import Arguments, Tool

MAX_DERIVED = 40  # facts of one document
_DESCRIPTION = f"Computes a new fact from others of one unit and gives its id. Operations: {', '.join(OPERATIONS)}."


class DeriveFact(Arguments):
    """`ids`: the fact of interest first, then the fact it is compared with."""

    operation: Literal["difference", "ratio", "percent_change", "mean", "minimum", "maximum", "count"]
    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=60)]


def derive_fact_tool(session: ToolSession) -> Tool:
    def run(arguments: DeriveFact) -> object:
        if len(session.derived) >= MAX_DERIVED:
            raise CallRejected(f"{MAX_DERIVED} facts were derived for this document; no more are allowed")
        try:
            fact = derive(arguments.operation, arguments.ids, session.book.facts)
        except UnusableFacts as error:
            raise CallRejected(str(error)) from error
        session.derived[fact.id] = fact
        return fact_entry(fact)

    return Tool("derive_fact", _DESCRIPTION, DeriveFact, run)
