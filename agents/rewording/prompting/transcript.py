"""Everything that was said to a model and by it, in order: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request
from agents.rewording.prompting.safe_path import inside
from compiler.base.json_files import write_text
from compiler.base.nested import with_leaves

SCHEMA_VERSION = 1
Private = Callable[[str], str]  # the privacy filter: what may be written down of a text


class Transcript:
    """Collects entries; the clock is left out, so that the same conversation gives the same bytes."""

    def __init__(self, private: Private = str) -> None:
        self._private = private
        self.entries: list[dict[str, Any]] = []

    def note(self, event: str, **what: Any) -> None:
        """`event`: request, reply, unavailable, tool_call, tool_answer, objection, decision, ended."""
        self.entries.append({"event": event} | {key: filtered(value, self._private) for key, value in what.items()})

    def text(self) -> str:
        lines = [{"schema_version": SCHEMA_VERSION, **entry} for entry in self.entries]
        return "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)

    def write(self, experiment_folder: Path, group: str, title: str) -> Path:
        """Below `analysis/transcripts/` of the experiment: an analysis and a report may be called the same.

        Raises:
            OutsideExperiment.
        """
        path = inside(experiment_folder, "analysis", "transcripts", group, f"{title}.jsonl")
        write_text(path, self.text())
        return path


class Heard:
    """A channel whose requests and replies are noted."""

    def __init__(self, channel: Channel, transcript: Transcript) -> None:
        self._channel, self._transcript = channel, transcript

    def ask(self, request: Request) -> Reply:
        self._transcript.note("request", messages=list(request.messages), tools=[_name(one) for one in request.tools])
        try:
            reply = self._channel.ask(request)
        except ModelUnavailable as error:
            self._transcript.note("unavailable", kind=type(error).__name__, message=str(error))
            raise
        self._transcript.note("reply", text=reply.text, finish=reply.finish, tool_calls=len(reply.tool_calls))
        return reply


def filtered(value: Any, private: Private) -> Any:
    """Plain JSON with each text in it put through the filter."""
    return with_leaves(value, lambda leaf: private(leaf) if isinstance(leaf, str) else leaf)


def _name(tool: Mapping[str, Any]) -> str:
    return str(tool["function"]["name"])
