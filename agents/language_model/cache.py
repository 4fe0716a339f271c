"""Answers that were paid for once: the same question to the same model makes no second call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.language_model.ledger import Ledger
from agents.language_model.protocol import Channel, Reply, Request, ToolsRefused
from agents.language_model.serialization import key_of, reply_from, reply_json
from compiler.base.json_files import read_json, write_json

_VERSION = 1


@dataclass(frozen=True)
class Cached:
    """`identity` is what else an answer depends on: model, endpoint, settings. Answers are kept, and that a
    model calls no functions; failures are not.
    """

    channel: Channel
    folder: Path
    identity: Mapping[str, Any]
    ledger: Ledger

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable."""
        path = self._path(request)
        known = _kept(path)
        if known is None:
            return self._asked(request, path)
        self.ledger.note_cached()
        if isinstance(known, ToolsRefused):
            raise known
        return known

    def _asked(self, request: Request, path: Path) -> Reply:
        try:
            reply = self.channel.ask(request)
        except ToolsRefused as refusal:
            write_json(path, {"schema_version": _VERSION, "tools_refused": str(refusal)})
            raise
        write_json(path, {"schema_version": _VERSION, "reply": reply_json(reply)})
        return reply

    def _path(self, request: Request) -> Path:
        key = key_of(request, identity=dict(self.identity))
        return self.folder / key[:2] / f"{key[2:]}.json"


def _kept(path: Path) -> Reply | ToolsRefused | None:
    """A file that somebody damaged is no answer."""
    try:
        kept = read_json(path)
        return ToolsRefused(kept["tools_refused"]) if "tools_refused" in kept else reply_from(kept["reply"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
