"""Type the lines of a person at a terminal, in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


class Keyboard:
    """Answers each prompt with the next line. The end of the lines is the end of the input.

    `prompts` are the prompts that were shown.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: Iterator[str] = iter(())
        self.prompts: list[str] = []
        self.monkeypatch = monkeypatch
        monkeypatch.setattr("builtins.input", self._input)

    def types(self, *lines: str) -> None:
        """Sit down at a terminal and type these lines."""
        self.lines = iter(lines)
        for stream in (sys.stdin, sys.stdout):
            self.monkeypatch.setattr(stream, "isatty", lambda: True)

    @property
    def unread(self) -> list[str]:
        """The lines that no prompt asked for."""
        return list(self.lines)

    def _input(self, prompt: str = "") -> str:
        self.prompts.append(prompt)
        try:
            return next(self.lines)
        except StopIteration:
            raise EOFError from None
