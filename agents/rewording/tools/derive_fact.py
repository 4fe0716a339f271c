"""A number that no fact has yet, made of facts by one of a few fixed operations: by code, and only by code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from agents.facts.derive import OPERATIONS, UnusableFacts, derive
from agents.rewording.prompting.briefing import fact_line
from agents.rewording.tools.session import Desk, Refused
from agents.rewording.tools.tool import Arguments, Tool

MOST_DERIVED = 40  # of one document


class DeriveFact(Arguments):
    """`ids`: the first is what is asked about, the second what it is held against."""

    operation: Literal["difference", "ratio", "percent_change", "mean", "minimum", "maximum", "count"]
    ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=60)]


def derive_fact(desk: Desk) -> Tool:
    def use(wish: DeriveFact) -> object:
        if len(desk.derived) >= MOST_DERIVED:
            raise Refused(f"{MOST_DERIVED} facts were derived for this document; no more")
        try:
            fact = derive(wish.operation, wish.ids, desk.book.facts)
        except UnusableFacts as error:
            raise Refused(str(error)) from error
        desk.derived[fact.id] = fact
        return fact_line(fact)

    told = f"Computes a new fact from others of one unit and gives its id. Operations: {', '.join(OPERATIONS)}."
    return Tool("derive_fact", told, DeriveFact, use)
