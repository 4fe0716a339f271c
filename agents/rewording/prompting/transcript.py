"""Record the conversation with a model, in order, as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.language_model.protocol import Channel, ModelUnavailable, Reply, Request
from compiler.base.json_files import write_text
from compiler.base.nested import with_leaves
from compiler.base.safe_path import path_inside

SCHEMA_VERSION = 1
Cleaner = Callable[[str], str]  # the privacy filter


class Transcript:
    """A list of entries without times, so that the same conversation gives the same bytes."""

    def __init__(self, cleaner: Cleaner = str) -> None:
        self._cleaner = cleaner
        self.entries: list[dict[str, Any]] = []

    def note(self, event: str, **fields: Any) -> None:
        """Append an entry whose texts have passed the privacy filter.

        `event` is request, reply, unavailable, tool_call, tool_answer, objection, decision or ended.
        """

        def clean(value: Any) -> Any:
            return self._cleaner(value) if isinstance(value, str) else value

        self.entries.append({"event": event} | {key: with_leaves(value, clean) for key, value in fields.items()})

    def text(self) -> str:
        lines = [{"schema_version": SCHEMA_VERSION, **entry} for entry in self.entries]
        return "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)

    def write(self, experiment_folder: Path, group: str, title: str) -> Path:
        """Write `analysis/transcripts/<group>/<title>.jsonl`. An analysis and a report may have the same title.

        Raises:
            OutsideExperiment: The group or title is not a plain file name.
        """
        path = path_inside(experiment_folder, "analysis", "transcripts", group, f"{title}.jsonl")
        write_text(path, self.text())
        return path


class RecordingChannel:
    """A channel that records its requests and replies."""

    def __init__(self, channel: Channel, transcript: Transcript) -> None:
        self._channel, self._transcript = channel, transcript

    def ask(self, request: Request) -> Reply:
        """Send a request and return the reply. Raises ModelUnavailable."""
        tools = [str(tool["function"]["name"]) for tool in request.tools]
        self._transcript.note("request", messages=list(request.messages), tools=tools)
        try:
            reply = self._channel.ask(request)
        except ModelUnavailable as error:
            self._transcript.note("unavailable", kind=type(error).__name__, message=str(error))
            raise
        self._transcript.note("reply", text=reply.text, finish=reply.finish, tool_calls=len(reply.tool_calls))
        return reply
