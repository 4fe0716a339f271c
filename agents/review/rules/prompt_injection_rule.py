"""Object to words that address a language model or a reviewer, such as those copied from a log or a prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.review.text.word_lists import alternatives, word_lists

_INSTRUCTION = re.compile(alternatives(word_lists(__file__), "instructions"))


def check_instructions(passage: Passage, _: Context) -> Iterator[Mark]:
    for start, end, _text in passage.search(_INSTRUCTION):
        yield Mark(start, end, "instruction", "this addresses a language model: remove it")
