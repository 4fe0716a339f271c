"""The body of a chat completion, checked once and taken apart."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from agents.language_model.http_errors import Transient
from agents.language_model.protocol import ModelUnavailable, Reply, ToolCall, Usage
from compiler.parsing.validation import error_lines


class _Function(BaseModel):
    name: str
    arguments: str | dict[str, Any] = ""  # some servers send the object itself


class _Call(BaseModel):
    id: str | None = None
    function: _Function


class _Part(BaseModel):
    text: str = ""


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    tool_calls: list[_Call] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: Any = None


class _Usage(BaseModel):
    prompt_tokens: Annotated[int, Field(ge=0)]
    completion_tokens: Annotated[int, Field(ge=0)]


def reply_of(body: bytes) -> Reply:
    """The first choice of a completion.

    Raises:
        Transient: the body is no JSON (kind invalid_json) or no completion (wrong_shape).
        ModelUnavailable: the model declined to answer.
    """
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise _misshapen(body, error) from None
    choice = completion.choices[0]
    text = _text(choice.message.content)
    if choice.message.refusal and not text:
        raise ModelUnavailable("the model declined to answer", "declined")
    calls = tuple(_tool_call(index, call) for index, call in enumerate(choice.message.tool_calls or ()))
    return Reply(text, calls, choice.finish_reason or "stop", _usage(completion.usage))


def _misshapen(body: bytes, error: ValidationError) -> Transient:
    first = next(error_lines(error))
    if error.errors()[0]["type"] == "json_invalid":
        return Transient(f"the answer of {len(body)} bytes is no JSON: {first}", "invalid_json")
    return Transient(f"the answer is no chat completion: {first}", "wrong_shape")


def _text(content: str | list[_Part] | None) -> str:
    if isinstance(content, list):
        return "".join(part.text for part in content)
    return content or ""


def _tool_call(index: int, call: _Call) -> ToolCall:
    arguments = call.function.arguments
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return ToolCall(call.id or f"call_{index}", call.function.name, written)


def _usage(reported: Any) -> Usage | None:
    """A count that makes no sense is none."""
    try:
        usage = _Usage.model_validate(reported)
    except ValidationError:
        return None
    return Usage(usage.prompt_tokens, usage.completion_tokens)
