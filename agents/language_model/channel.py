"""What can be asked of a language model, and what comes back. Whoever words texts knows no more of it than this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class ModelUnavailable(Exception):
    """No answer that can be used: the endpoint, its protocol or its words failed. The message says which."""


class BudgetSpent(ModelUnavailable):
    """One more call would cost more than was allowed."""


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
class Reply:
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish: str = "stop"


class Channel(Protocol):
    """A way to a model. Everything that leaves the machine goes through one."""

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable."""
        ...
