"""Questions and answers in a JSONL file, and a channel that answers from one and never from a network.

A question is found by its words, whichever model answered it: a recording is good on another machine, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agents.language_model.ledger import Ledger
from agents.language_model.locks import held
from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request, ToolsRefused
from agents.language_model.serialization import key_of, reply_from, reply_json, request_json

_VERSION = 1
_MOST_QUOTED = 60


@dataclass(frozen=True)
class Recorded:
    """Appends every answer that passes, cached or not, unless the file has it."""

    channel: Channel
    path: Path
    lock: Path

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable."""
        reply = self.channel.ask(request)
        entry = {"request": request_json(request), "reply": reply_json(reply), "schema_version": _VERSION}
        self._append(json.dumps({"key": key_of(request), **entry}, sort_keys=True, ensure_ascii=False) + "\n")
        return reply

    def _append(self, line: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with held(self.lock), self.path.open("a+", encoding="utf-8", newline="\n") as file:
            file.seek(0)
            if line not in file:
                file.write(line)


@dataclass(frozen=True)
class Replayed:
    path: Path
    ledger: Ledger

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable: the question is not in the recording, or the recording cannot be read."""
        reply = self._answers.get(key_of(request))
        if reply is None:
            raise self._missing(request)
        self.ledger.note_replayed()
        return reply

    def _missing(self, request: Request) -> ModelUnavailable:
        """A model that calls no functions was asked without them, so that is what may have been recorded."""
        version = f", prompt version {request.prompt_version}" if request.prompt_version else ""
        question = f"{_beginning(request)} (question {key_of(request)[:12]}{version})"
        message = f"{self.path} holds no answer to {question}: record it again"
        return ToolsRefused(message) if request.tools else ModelUnavailable(message, "not_recorded")

    @cached_property
    def _answers(self) -> dict[str, Reply]:
        """The last answer to each question."""
        return dict(_entries(self.path))


def _entries(path: Path) -> Iterator[tuple[str, Reply]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelUnavailable(f"the recording {path} cannot be read: {type(error).__name__}", "recording") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _entry(line, f"{path}:{number}")


def _entry(line: str, where: str) -> tuple[str, Reply]:
    try:
        entry: dict[str, Any] = json.loads(line)
        return str(entry["key"]), reply_from(entry["reply"])
    except (ValueError, KeyError, TypeError):
        raise ModelUnavailable(f"{where}: not a recorded answer", "recording") from None


def _beginning(request: Request) -> str:
    last = str(request.messages[-1].get("content") or "") if request.messages else ""
    words = " ".join(last.split())
    return f'"{words[:_MOST_QUOTED]}…"' if len(words) > _MOST_QUOTED else f'"{words}"'
