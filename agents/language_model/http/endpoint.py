"""Send one request to an OpenAI-compatible endpoint, in a form that the endpoint accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agents.language_model.http.http_errors import RequestAdapted, RequestRejected
from agents.language_model.http.response_parsing import parse_reply
from agents.language_model.protocol import JsonSchema, ModelUnavailable, Reply, Request, ToolsRefused
from compiler.spec.agent_settings import OPENAI_URL, Settings

_PLACEHOLDER_KEY = "no-key-is-set"  # the client requires a key; many self-hosted servers do not
_FORMATS = {"auto": ("json_schema", "json_object"), "none": ()}
# Optional parameters, each with the word that an error text contains if the endpoint rejects the parameter. The word
# for max_tokens is its successor, because errors about prompts that are too long also mention max_tokens.
_OPTIONAL_PARAMETERS = {"max_tokens": "max_completion_tokens", "temperature": "temperature", "seed": "seed"}


class Endpoint:
    """A channel that adapts to its endpoint: a parameter or format that was rejected is omitted from later requests."""

    def __init__(self, settings: Settings, key: str | None) -> None:
        self._settings = settings
        self._key = (key or "").strip()
        self._formats = list(_FORMATS.get(settings.structured, (settings.structured,)))
        self._rejected_parameters: set[str] = set()

    def ask(self, request: Request) -> Reply:
        """Send the request once. Raises ModelUnavailable, which is a TransientError if another attempt may succeed."""
        # Imported here because it imports openai, which takes about one second.
        from agents.language_model.http.transport import Connection, create_completion

        settings = self._settings
        connection = Connection(settings.endpoint, self._checked_key(), settings.timeout_seconds)
        params = self._params(request)
        try:
            return parse_reply(create_completion(params, connection))
        except RequestRejected as rejection:
            raise self._adapt(rejection, params) from None

    def _checked_key(self) -> str:
        variable = self._settings.api_key_env
        if not self._key and self._settings.endpoint == OPENAI_URL:
            raise ModelUnavailable(f"{OPENAI_URL} needs a key: export {variable}", "no_key")
        if not self._key.isascii() or not all(map(str.isprintable, self._key)) or " " in self._key:
            raise ModelUnavailable(f"{variable} contains characters that a key cannot have", "no_key")
        return self._key or _PLACEHOLDER_KEY

    def _params(self, request: Request) -> dict[str, Any]:
        params = {**self._parameters(request), "model": self._settings.model, "messages": list(request.messages)}
        if request.tools:
            params["tools"] = list(request.tools)
        if request.schema is not None and self._formats:
            params["response_format"] = _response_format(self._formats[0], request.schema)
        return params

    def _parameters(self, request: Request) -> dict[str, Any]:
        """Return the sampling parameters. The length of the answer is always limited."""
        settings = self._settings
        values = {"temperature": settings.temperature, "seed": settings.seed, **request.parameters}
        values["max_tokens"] = values.get("max_tokens") or settings.max_tokens
        if "max_tokens" in self._rejected_parameters:
            values["max_completion_tokens"] = values["max_tokens"]
        return {
            name: value for name, value in values.items() if value is not None and name not in self._rejected_parameters
        }

    def _adapt(self, rejection: RequestRejected, params: Mapping[str, Any]) -> ModelUnavailable:
        """Omit the rejected parameter or format from later requests, and return the error to raise now."""
        for name, word in _OPTIONAL_PARAMETERS.items():
            if name in params and re.search(rf"\b{word}\b", rejection.reason):
                self._rejected_parameters.add(name)
                return RequestAdapted(str(rejection), "parameter_refused")
        may_refuse_tools = "tools" in params and self._settings.function_calling == "auto"
        if may_refuse_tools and re.search(r"\b(?:tools?|functions?)\b", rejection.reason):
            return ToolsRefused(str(rejection))
        if "response_format" in params and self._settings.structured == "auto":
            del self._formats[0]
            return RequestAdapted(str(rejection), "format_refused")
        return ToolsRefused(str(rejection)) if may_refuse_tools else rejection


def _response_format(kind: str, schema: JsonSchema) -> dict[str, Any]:
    if kind == "json_object":
        return {"type": "json_object"}
    name = re.sub(r"[^A-Za-z0-9_-]", "_", str(schema.get("title", "answer")))[:64] or "answer"
    return {"type": "json_schema", "json_schema": {"name": name, "schema": dict(schema), "strict": True}}
