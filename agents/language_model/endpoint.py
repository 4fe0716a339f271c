"""One question to an OpenAI-compatible endpoint: one HTTP request, and what the endpoint takes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agents.language_model.http_errors import Learned, Rejected
from agents.language_model.protocol import ModelUnavailable, Reply, Request, ToolsRefused
from agents.language_model.response_parsing import reply_of
from compiler.spec.agent_settings import OPENAI_URL, Settings

_MOST_BYTES = 4 * 2**20  # of an answer; a token is hardly ever longer than 16 bytes
_NO_KEY = "no-key-is-set"  # servers of one's own seldom want one
_FORMATS = {"auto": ("json_schema", "json_object"), "none": ()}
# A parameter, and what a refusal names when it is about it: a question that is too long is also said in max_tokens.
_DISPENSABLE = {"max_tokens": "max_completion_tokens", "temperature": "temperature", "seed": "seed"}


class Endpoint:
    """Learns as it is used: what the endpoint did not take is left out of later requests."""

    def __init__(self, settings: Settings, key: str | None, *, most_bytes: int = _MOST_BYTES) -> None:
        self._settings = settings
        self._key = (key or "").strip()
        self._most_bytes = most_bytes
        self._formats = list(_FORMATS.get(settings.structured, (settings.structured,)))
        self._left_out: set[str] = set()

    def ask(self, request: Request) -> Reply:
        """Raises ModelUnavailable; Transient where the same question may do better a second time."""
        from agents.language_model.transport import Exchange, posted  # imports openai, which takes a second

        settings = self._settings
        exchange = Exchange(settings.endpoint, self._usable_key(), settings.timeout_seconds, self._most_bytes)
        payload = self._payload(request)
        try:
            return reply_of(posted(payload, exchange))
        except Rejected as rejection:
            raise self._learned(rejection, payload) from None

    def _usable_key(self) -> str:
        variable = self._settings.api_key_env
        if not self._key and self._settings.endpoint == OPENAI_URL:
            raise ModelUnavailable(f"{OPENAI_URL} needs a key: export {variable}", "no_key")
        if not self._key.isascii() or not all(map(str.isprintable, self._key)) or " " in self._key:
            raise ModelUnavailable(f"{variable} holds characters that no key has", "no_key")
        return self._key or _NO_KEY

    def _payload(self, request: Request) -> dict[str, Any]:
        messages = [dict(message) for message in request.messages]
        payload = {**self._parameters(request), "model": self._settings.model, "messages": messages}
        if request.tools:
            payload["tools"] = [dict(tool) for tool in request.tools]
        if request.schema is not None and self._formats:
            payload["response_format"] = _response_format(self._formats[0], request.schema)
        return payload

    def _parameters(self, request: Request) -> dict[str, Any]:
        """An answer always has a longest length, under the name that the model takes."""
        settings = self._settings
        wanted = {"temperature": settings.temperature, "seed": settings.seed, **request.parameters}
        wanted["max_tokens"] = wanted.get("max_tokens") or settings.max_tokens
        kept = {key: value for key, value in wanted.items() if value is not None and key not in self._left_out}
        if "max_tokens" in self._left_out:
            kept["max_completion_tokens"] = wanted["max_tokens"]
        return kept

    def _learned(self, rejection: Rejected, payload: Mapping[str, Any]) -> ModelUnavailable:
        """What to make of a refusal: ask again with less, where there is less to ask with."""
        for name, sign in _DISPENSABLE.items():
            if name in payload and re.search(rf"\b{sign}\b", rejection.said):
                self._left_out.add(name)
                return Learned(str(rejection), "parameter_refused")
        may_refuse_tools = "tools" in payload and self._settings.function_calling == "auto"
        if may_refuse_tools and re.search(r"\b(?:tools?|functions?)\b", rejection.said):
            return ToolsRefused(str(rejection))
        if "response_format" in payload and self._settings.structured == "auto":
            del self._formats[0]
            return Learned(str(rejection), "format_refused")
        return ToolsRefused(str(rejection)) if may_refuse_tools else rejection


def _response_format(kind: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "json_object":
        return {"type": "json_object"}
    name = re.sub(r"[^A-Za-z0-9_-]", "_", str(schema.get("title", "answer")))[:64] or "answer"
    return {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema), "strict": True}}
