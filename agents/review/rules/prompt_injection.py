"""Words that speak to a model or a reviewer: copied from a log, a config or a prompt, they have no place in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.review.text.passage import Mark, Passage

_INSTRUCTION = re.compile(
    r"(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:instructions?|above|previous|prior|rules?|prompts?)\b"
    r"|\bsystem prompt\b|\bprompt injection\b|<\|\w+\|>|\[/?inst\]|<</?sys>>"
    r"|(?:^|\n)\s*(?:system|assistant|user|human)\s*:"
    r"|\bas an ai\b|\b(?:ai|large) language model\b|\byou are (?:now|an?|free)\b"
    r"|\b(?:note|message|instruction)s? to the (?:reviewer|model|assistant|checker)\b"
    r"|\b(?:approve|accept|pass) this (?:text|document|report)\b"
    r"|\b(?:run|execute) the following\b|\bsudo\b|\brm -r|\bcurl \S|\beval\("
)


def instructions(passage: Passage) -> Iterator[Mark]:
    for reading in passage.readings:
        for match in _INSTRUCTION.finditer(reading.text):
            yield Mark(*reading.span(*match.span()), "instruction", "this speaks to a model, not to a reader")
