"""Requests as keys and replies as JSON, for the cache and for recordings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import rfc8785
from pydantic import TypeAdapter, ValidationError

from agents.language_model.protocol import Reply, Request

_REPLY = TypeAdapter(Reply)


def key_of(request: Request, **more: Any) -> str:
    """64 hex digits of sha256 over the canonical JSON (RFC 8785) of a request, and of whatever else counts."""
    return hashlib.sha256(rfc8785.dumps({**request_json(request), **more})).hexdigest()


def request_json(request: Request) -> dict[str, Any]:
    return {
        "messages": [dict(message) for message in request.messages],
        "schema": None if request.schema is None else dict(request.schema),
        "tools": [dict(tool) for tool in request.tools],
        "parameters": dict(request.parameters),
        "prompt_version": request.prompt_version,
    }


def reply_json(reply: Reply) -> dict[str, Any]:
    return asdict(reply)


def reply_from(value: Mapping[str, Any]) -> Reply:
    """Raises ValueError where the value is no reply."""
    try:
        return _REPLY.validate_python(value)
    except ValidationError as error:
        raise ValueError(f"no reply: {error.error_count()} problems") from None
