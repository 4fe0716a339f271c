"""Answer the tool calls of a model until it returns a text or a limit is reached."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from agents.language_model.protocol import Channel, Message, Reply, Request, ToolCall, ToolsRefused
from agents.rewording.prompting.transcript import Transcript
from agents.rewording.tools.tool import Toolbox


class ToolCallingChannel:
    """A channel that carries out tool calls itself and returns the final reply. Calls are in the transcript."""

    def __init__(self, channel: Channel, toolbox: Toolbox, transcript: Transcript) -> None:
        self._channel, self._toolbox, self._transcript = channel, toolbox, transcript
        self._offers_tools = True  # until the endpoint reports that its model supports no function calls

    def ask(self, request: Request) -> Reply:
        """Return the first reply without tool calls. The last request offers no tools, so that the model has to answer.

        Raises:
            ModelUnavailable: There was no answer.
        """
        current = replace(request, tools=self._toolbox.definitions if self._offers_tools else ())
        for _ in range(self._toolbox.max_rounds if self._offers_tools else 0):
            try:
                reply = self._channel.ask(current)
            except ToolsRefused:
                self._offers_tools = False
                break
            if not reply.tool_calls:
                return reply
            current = replace(current, messages=(*current.messages, *self._exchange(reply)))
        return self._channel.ask(replace(current, tools=()))

    def _exchange(self, reply: Reply) -> Iterator[Message]:
        """Yield the calls of a reply and their answers as messages. Calls beyond the limit are ignored."""
        calls = reply.tool_calls[: self._toolbox.max_calls]
        yield {"role": "assistant", "content": reply.text, "tool_calls": _to_json(calls)}
        for call in calls:
            self._transcript.note("tool_call", name=call.name, arguments=call.arguments)
            answer = self._toolbox.answer(call)
            self._transcript.note("tool_answer", name=call.name, **answer)
            yield {"role": "tool", "tool_call_id": call.id, "content": json.dumps(answer)}


def _to_json(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]
