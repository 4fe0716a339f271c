"""Convert a chat completion into a Reply. The `openai` client does not validate completions, so this module does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.language_model.http.http_errors import TransientError
from agents.language_model.protocol import ModelUnavailable, Reply, ToolCall, Usage
from compiler.parsing.validation import error_lines

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion


class _Checked(BaseModel):
    """The attributes that this module reads from a client object, with all types that servers send."""

    model_config = ConfigDict(from_attributes=True)


class _Function(_Checked):
    name: str
    arguments: str | dict[str, Any] = ""  # some servers send the object itself


class _Call(_Checked):
    id: str | None = None
    function: _Function


class _Part(_Checked):
    text: str = ""


class _Message(_Checked):
    content: str | list[_Part] | None = None
    tool_calls: list[_Call] | None = None
    refusal: str | None = None


class _Choice(_Checked):
    message: _Message
    finish_reason: str | None = None


class _Completion(_Checked):
    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: Any = None


class _Usage(_Checked):
    prompt_tokens: Annotated[int, Field(ge=0)]
    completion_tokens: Annotated[int, Field(ge=0)]


def parse_reply(completion: ChatCompletion) -> Reply:
    """Return the first choice of a completion.

    Raises:
        TransientError: The response is not a chat completion (kind `invalid_json` or `wrong_shape`).
        ModelUnavailable: The model declined to answer.
    """
    choice, usage = _validated(completion)
    text = _text(choice.message.content)
    if choice.message.refusal and not text:
        raise ModelUnavailable("the model declined to answer", "declined")
    calls = tuple(_tool_call(index, call) for index, call in enumerate(choice.message.tool_calls or ()))
    return Reply(text, calls, choice.finish_reason or "stop", usage)


def _validated(completion: ChatCompletion) -> tuple[_Choice, Usage | None]:
    if isinstance(completion, str):  # the client returns a body of another content type as text
        message = f"the response of {len(completion)} characters is not valid JSON"
        raise TransientError(message, "invalid_json")
    try:
        checked = _Completion.model_validate(completion)
    except ValidationError as error:
        message = f"the response is not a chat completion: {next(error_lines(error))}"
        raise TransientError(message, "wrong_shape") from None
    return checked.choices[0], _usage(checked.usage)


def _text(content: str | list[_Part] | None) -> str:
    if isinstance(content, list):
        return "".join(part.text for part in content)
    return content or ""


def _tool_call(index: int, call: _Call) -> ToolCall:
    arguments = call.function.arguments
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return ToolCall(call.id or f"call_{index}", call.function.name, text)


def _usage(reported: Any) -> Usage | None:
    """Return the reported numbers of tokens, None if they are missing or invalid."""
    try:
        usage = _Usage.model_validate(reported)
    except ValidationError:
        return None
    return Usage(usage.prompt_tokens, usage.completion_tokens)
