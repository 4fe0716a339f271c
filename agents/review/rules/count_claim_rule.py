"""Object to the claim that all runs completed if runs failed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_RUNS = r"(?:registered |planned |finished )?(?:runs?|trainings?)"
_ALL_COMPLETED = re.compile(
    rf"\b(?:all|every|each)(?: of)?(?: the| these| our| its)* {_RUNS}(?: of \w+)?(?: (?:were|was|has|have|are|is))?"
    rf"(?: been)?(?: successfully)? (?:complet|succeed|succe|finish|usable)\w*"
    rf"|\b(?:no|none of the|not a) {_RUNS} (?:has |have |was |were |had )?(?:fail|crash|abort|lost)\w*"
    rf"|\bwithout (?:a |any )?fail(?:ure|ed|ing)\w*"
)


def check_count_claims(passage: Passage, context: Context) -> Iterator[Mark]:
    failed = context.book.facts.get("experiment.runs.failed")
    if failed is not None and failed.value == 0:
        return
    for start, end, _ in passage.search(_ALL_COMPLETED):
        yield Mark(start, end, "count_claim", "runs failed: give their number from the facts")
