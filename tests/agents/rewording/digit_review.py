"""A minimal review for tests of rewording. It objects to digits and to unknown facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agents.context.case import Book
from agents.documents.placeholders import PLACEHOLDER, placeholders
from agents.review.text.objection import Objection


def review_digits(slots: Mapping[str, str], book: Book) -> Sequence[Objection]:
    objections = []
    for slot, text in slots.items():
        if number := re.search(r"\d+", PLACEHOLDER.sub("", text)):
            objections.append(Objection(slot, 1, 1, number[0], "digit", "is a number outside a placeholder"))
        for placeholder in placeholders(text):
            if placeholder.kind == "f" and placeholder.name not in book.facts:
                objections.append(
                    Objection(slot, 1, placeholder.start + 1, placeholder.name, "unknown_fact", "there is no such fact")
                )
    return objections
