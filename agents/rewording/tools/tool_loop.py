"""A channel that answers a model's calls until it says something, within bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.language_model.protocol import Channel, Reply, Request, ToolCall, ToolsRefused
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.tools.tool import Toolbox


class Calling:
    """To whoever asks it is a channel as any other: calls go out of sight, and stand in the transcript."""

    def __init__(self, channel: Channel, toolbox: Toolbox, transcript: Transcript) -> None:
        self._channel, self._toolbox, self._transcript = channel, toolbox, transcript
        self._are_offered = True  # until the endpoint says that its model calls no functions

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable. The last request offers no tools, so that there is something to say but calls."""
        offered = replace(request, tools=self._toolbox.definitions if self._are_offered else ())
        for _ in range(self._toolbox.max_rounds if self._are_offered else 0):
            try:
                reply = self._channel.ask(offered)
            except ToolsRefused:
                self._are_offered = False
                break
            if not reply.tool_calls:
                return reply
            offered = replace(offered, messages=(*offered.messages, *self._exchange(reply)))
        return self._channel.ask(replace(offered, tools=()))

    def _exchange(self, reply: Reply) -> Iterator[Mapping[str, Any]]:
        """The calls of one reply and their answers, as messages. Calls beyond the bound were never made."""
        calls = reply.tool_calls[: self._toolbox.max_calls]
        yield {"role": "assistant", "content": reply.text, "tool_calls": _as_sent(calls)}
        for call in calls:
            self._transcript.note("tool_call", name=call.name, arguments=call.arguments)
            answer = self._toolbox.answer(call)
            self._transcript.note("tool_answer", name=call.name, **answer)
            yield {"role": "tool", "tool_call_id": call.id, "content": json.dumps(answer)}


def _as_sent(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]
