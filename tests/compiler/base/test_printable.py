"""Text from files is printed without control characters."""

from __future__ import annotations

import pytest

from compiler.base.printable import printable, printable_line

TEXTS = {
    "colours": ("\x1b[31mred", "\\x1b[31mred"),
    "the title of the window": ("\x1b]0;pwn\x07", "\\x1b]0;pwn\\x07"),
    "control characters of eight bits": ("\x9b2J", "\\x9b2J"),
    "reversed text": ("a\u202eb", "a\\u202eb"),
    "other languages": ("größer, 大きい\t→\n", "größer, 大きい\t→\n"),
}


@pytest.mark.parametrize(("text", "shown"), TEXTS.values(), ids=TEXTS)
def test_printable_text(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_printable_line_has_no_second_line() -> None:
    assert printable_line("a\r\nok: supported\tb  c") == "a ok: supported b  c"
