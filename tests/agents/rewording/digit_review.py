"""A reviewer of ten lines, for what the loop does with objections; the real one has its own tests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agents.context.case import Book
from agents.documents.placeholders import PLACEHOLDER, placeholders
from agents.review.text.objection import Objection


def no_digits(slots: Mapping[str, str], book: Book) -> Sequence[Objection]:
    found = []
    for slot, text in slots.items():
        if number := re.search(r"\d+", PLACEHOLDER.sub("", text)):
            found.append(Objection(slot, 1, 1, number[0], "digit", "is a number outside a placeholder"))
        for each in placeholders(text):
            if each.kind == "f" and each.name not in book.facts:
                found.append(Objection(slot, 1, each.start + 1, each.name, "unknown_fact", "there is no such fact"))
    return found
