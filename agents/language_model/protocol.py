"""What can be asked of a language model, and what comes back. Whoever words texts knows no more of it than this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class ModelUnavailable(Exception):
    """No answer that can be used: the endpoint, its protocol or its words failed.

    `kind` is one word for what failed, for programs; the message says it to people.
    """

    kind = "unavailable"

    def __init__(self, message: str, kind: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind or type(self).kind


class BudgetSpent(ModelUnavailable):
    """One more call could cost more than was allowed."""

    kind = "budget"


class ToolsRefused(ModelUnavailable):
    """This model does not call functions: ask again without `tools`, with the facts in the messages."""

    kind = "tools_refused"


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    arguments: str  # JSON as the model wrote it, which may be none


@dataclass(frozen=True)
class Request:
    """`schema` is a JSON schema that the answer has to keep; `prompt_version` the hash of the prompt's file."""

    messages: tuple[Mapping[str, Any], ...]
    schema: Mapping[str, Any] | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)  # temperature, max_tokens, seed …
    prompt_version: str = ""


@dataclass(frozen=True)
class Usage:
    """Tokens, as the endpoint counted them."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True)
class Reply:
    """`finish` is "length" where the answer was cut off at `max_tokens`; `usage` None where none was reported."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish: str = "stop"
    usage: Usage | None = None


class Channel(Protocol):
    """A way to a model. Everything that leaves the machine goes through one."""

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable."""
        ...
