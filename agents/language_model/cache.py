"""Answers that were paid for once: the same question to the same model makes no second call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.language_model.channel import Channel, Reply, Request
from agents.language_model.ledger import Ledger
from agents.language_model.replies import key_of, reply_from, reply_json
from compiler.json_files import read_json, write_json

_VERSION = 1


@dataclass(frozen=True)
class Cached:
    """`identity` is what else an answer depends on: model, endpoint, settings. Only answers are kept, no failures."""

    channel: Channel
    folder: Path
    identity: Mapping[str, Any]
    ledger: Ledger

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable."""
        path = self._path(request)
        known = _kept(path)
        if known is not None:
            self.ledger.note_cached()
            return known
        reply = self.channel.ask(request)
        write_json(path, {"schema_version": _VERSION, "reply": reply_json(reply)})
        return reply

    def _path(self, request: Request) -> Path:
        key = key_of(request, identity=dict(self.identity))
        return self.folder / key[:2] / f"{key[2:]}.json"


def _kept(path: Path) -> Reply | None:
    """A file that somebody damaged is no answer."""
    try:
        return reply_from(read_json(path)["reply"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
