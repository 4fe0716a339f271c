"""Copy the log of a training without the keys and tokens in it, in pieces, because a log can be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from compiler.base.redaction import redact_keys

_PIECE = 1 << 20  # characters that are read at once
_OVERLAP = 1 << 13  # characters at the end of a piece that are checked again with the next one; more than a key has
_BEGIN, _END = "-----BEGIN", "-----END"


def copy_redacted(log: Path, target: Path) -> None:
    """Copy a log. Keys in common formats are replaced by `<key>`; bytes that are not UTF-8 by `�`."""
    with (
        log.open(encoding="utf-8", errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        for piece in _pieces(source):
            copy.write(redact_keys(piece))


def _pieces(source: TextIO) -> Iterator[str]:
    """Yield the text in pieces that do not divide a key: they end at a line, or between two words of a long line."""
    waiting = ""
    while read := source.read(_PIECE):
        waiting += read
        end = _end_of_piece(waiting)
        yield waiting[:end]
        waiting = waiting[end:]
    yield waiting


def _end_of_piece(text: str) -> int:
    limit = max(len(text) - _OVERLAP, 0)
    end = text.rfind("\n", 0, limit) + 1 or text.rfind(" ", 0, limit) + 1 or limit
    start = text.rfind(_BEGIN, 0, end)
    return start if start > 0 and _END not in text[start:end] else end
