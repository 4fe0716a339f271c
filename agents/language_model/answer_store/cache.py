"""Keep the answers of a model in JSON files, one for each request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.language_model.answer_store.serialization import reply_from_json, reply_to_json, request_key
from agents.language_model.protocol import Reply, Request, ToolsRefused
from compiler.base.json_files import read_json, write_json

_SCHEMA_VERSION = 1


@dataclass(frozen=True)
class AnswerCache:
    """Stored answers. `identity` holds the inputs of an answer besides the request: model, endpoint, settings.

    The cache stores replies and refusals of tools. It does not store other failures.
    """

    folder: Path
    identity: Mapping[str, Any]

    def find(self, request: Request) -> Reply | ToolsRefused | None:
        """Return the cached answer. A damaged file counts as missing."""
        try:
            entry = read_json(self._path(request))
            return ToolsRefused(entry["tools_refused"]) if "tools_refused" in entry else reply_from_json(entry["reply"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def add(self, request: Request, answer: Reply | ToolsRefused) -> None:
        if isinstance(answer, ToolsRefused):
            entry: dict[str, Any] = {"tools_refused": str(answer)}
        else:
            entry = {"reply": reply_to_json(answer)}
        write_json(self._path(request), {"schema_version": _SCHEMA_VERSION, **entry})

    def _path(self, request: Request) -> Path:
        key = request_key(request, identity=dict(self.identity))
        return self.folder / key[:2] / f"{key[2:]}.json"
