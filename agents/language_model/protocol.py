"""Define requests to language models and their replies. All other packages depend on this interface only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Message = Mapping[str, Any]  # of the chat completions API: role, content, tool_calls …
JsonSchema = Mapping[str, Any]
ToolDefinition = Mapping[str, Any]


class ModelUnavailable(Exception):
    """Raised if there is no usable answer: the endpoint failed, or its answers were invalid.

    `kind` is a stable name of the failure for programs. The message is for people.
    """

    kind = "unavailable"

    def __init__(self, message: str, kind: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind or type(self).kind


class BudgetSpent(ModelUnavailable):
    """Raised if the next request could exceed the budget."""

    kind = "budget"


class ToolsRefused(ModelUnavailable):
    """Raised if the model does not support function calling. Send the facts in the messages, without `tools`."""

    kind = "tools_refused"


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    arguments: str  # as the model wrote them: JSON, possibly invalid


@dataclass(frozen=True)
class Request:
    """A request. `schema` is the JSON schema of the answer, and `prompt_version` is the hash of the prompt file."""

    messages: tuple[Message, ...]
    schema: JsonSchema | None = None
    tools: tuple[ToolDefinition, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)  # override settings such as max_tokens
    prompt_version: str = ""


@dataclass(frozen=True)
class Usage:
    """Numbers of tokens, as the endpoint reports them."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True)
class Reply:
    """A reply. `finish` is "length" if it was cut off at `max_tokens`. `usage` is None if none was reported."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish: str = "stop"
    usage: Usage | None = None


class Channel(Protocol):
    """A connection to a model. All requests that leave the machine pass through a channel."""

    def ask(self, request: Request) -> Reply:
        """Send the request and return the reply. Raises ModelUnavailable."""
        ...
