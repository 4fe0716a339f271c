"""Store requests and replies in a JSONL file, from which a later build can answer without a network.

The key of an entry is a hash of the request alone, so a recording is valid for any model and on any machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agents.language_model.answer_store.serialization import (
    reply_from_json,
    reply_to_json,
    request_key,
    request_to_json,
)
from agents.language_model.locks import locked
from agents.language_model.protocol import ModelUnavailable, Reply, Request

_SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Recording:
    """A JSONL file of requests and replies. Writers hold the lock file `lock`."""

    path: Path
    lock: Path

    def add(self, request: Request, reply: Reply) -> None:
        """Append an entry unless the file contains it."""
        entry = {
            "key": request_key(request),
            "request": request_to_json(request),
            "reply": reply_to_json(reply),
            "schema_version": _SCHEMA_VERSION,
        }
        line = json.dumps(entry, sort_keys=True, ensure_ascii=False) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.lock), self.path.open("a+", encoding="utf-8", newline="\n") as file:
            file.seek(0)
            if line not in file:
                file.write(line)

    def find(self, request: Request) -> Reply | None:
        """Return the recorded reply, None if there is none. Raises ModelUnavailable if the file cannot be read."""
        return self._replies.get(request_key(request))

    @cached_property
    def _replies(self) -> dict[str, Reply]:
        """The replies by key. If a key occurs twice, the last entry counts."""
        return dict(_entries(self.path))


def _entries(path: Path) -> Iterator[tuple[str, Reply]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelUnavailable(f"the recording {path} cannot be read: {type(error).__name__}", "recording") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _entry(line, f"{path}:{number}")


def _entry(line: str, position: str) -> tuple[str, Reply]:
    try:
        entry = json.loads(line)
        return str(entry["key"]), reply_from_json(entry["reply"])
    except (ValueError, KeyError, TypeError):
        raise ModelUnavailable(f"{position}: not an entry of a recording", "recording") from None
