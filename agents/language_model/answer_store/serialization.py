"""Convert requests to hash keys and replies to JSON, for the cache and for recordings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import rfc8785
from pydantic import TypeAdapter, ValidationError

from agents.language_model.protocol import Reply, Request

_REPLY = TypeAdapter(Reply)


def request_key(request: Request, **additional: Any) -> str:
    """Return the SHA-256 (64 hex digits) of the canonical JSON (RFC 8785) of a request and of additional values."""
    return hashlib.sha256(rfc8785.dumps({**request_to_json(request), **additional})).hexdigest()


def request_to_json(request: Request) -> dict[str, Any]:
    return {
        "messages": [dict(message) for message in request.messages],
        "schema": None if request.schema is None else dict(request.schema),
        "tools": [dict(tool) for tool in request.tools],
        "parameters": dict(request.parameters),
        "prompt_version": request.prompt_version,
    }


def reply_to_json(reply: Reply) -> dict[str, Any]:
    return asdict(reply)


def reply_from_json(value: Mapping[str, Any]) -> Reply:
    """Return the reply. Raises ValueError if the value is not a reply."""
    try:
        return _REPLY.validate_python(value)
    except ValidationError as error:
        raise ValueError(f"not a reply: {error.error_count()} problems") from None
