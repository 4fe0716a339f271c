"""Translate pydantic's validation errors into problems at the keys of a config."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.nested import Keys

_MESSAGES = {"dict_type": "must be a mapping", "list_type": "must be a list"}


def validation_problems(
    error: ValidationError,
    model: type[BaseModel],
    key_path: Keys = (),
    *,
    pattern_messages: Mapping[str, str] | None = None,
    hints_for_missing: Mapping[str, str] | None = None,
    shows_input: bool = True,
) -> Iterator[Problem]:
    """Yield one problem for each error that pydantic found.

    Args:
        error: Raised by `model.model_validate`.
        model: Its field names are suggested for unknown keys.
        key_path: The path of the validated value in the config.
        pattern_messages: The message for a text that does not match a pattern, by pattern.
        hints_for_missing: The hint for a missing key, by key.
        shows_input: Whether messages quote the wrong value. False where it may be a secret.
    """
    for details in error.errors(include_url=False):
        loc = tuple(details["loc"])
        path = (*key_path, *loc)
        value = details["input"]
        context = details.get("ctx", {})
        match details["type"]:
            case "extra_forbidden":
                hint = did_you_mean(str(loc[-1]), _fields(model, loc[:-1]))
                yield Problem(path, f"unknown key '{loc[-1]}'", hint)
            case "missing":
                yield Problem(path, "is missing", (hints_for_missing or {}).get(str(loc[-1]), ""))
            case "literal_error":
                choices = re.findall(r"'([^']*)'", context["expected"])
                message = f"unknown value {value!r}" if shows_input else "unknown value"
                yield Problem(path, message, did_you_mean(str(value) if shows_input else "", choices))
            case "string_type" if isinstance(value, bool | int | float):
                yield Problem(path, f"must be text, got {value!r}" if shows_input else "must be text", "quote it")
            case kind:
                pattern_message = (pattern_messages or {}).get(context.get("pattern", ""))
                empty_message = "must not be empty" if context.get("min_length") == 1 else None
                message = _MESSAGES.get(kind) or pattern_message or empty_message or _lower_first(details["msg"])
                is_shown = shows_input and not isinstance(value, Mapping | list)
                yield Problem(path, f"{message}, got {value!r}" if is_shown else message)


def error_lines(error: ValidationError) -> Iterator[str]:
    """Yield each error as `key: message`, with pydantic's message and without the wrong value."""
    for details in error.errors(include_url=False, include_input=False):
        key = ".".join(map(str, details["loc"]))
        yield f"{key}: {details['msg']}" if key else details["msg"]


def _lower_first(text: str) -> str:
    text = text.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _fields(model: type[BaseModel], loc: Keys) -> Iterator[str]:
    """Yield the field names of the model that is nested at `loc`; none if there is no model."""
    for key in (key for key in loc if isinstance(key, str)):
        field = model.model_fields.get(key)
        annotation = field.annotation if field else None
        candidates: tuple[Any, ...] = (annotation, *typing.get_args(annotation))
        nested = (item for item in candidates if isinstance(item, type) and issubclass(item, BaseModel))
        if (inner := next(nested, None)) is None:
            return
        model = inner
    yield from model.model_fields
