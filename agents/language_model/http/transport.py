"""Send one chat completion request with the `openai` client, limited in total time and in response size.

A socket timeout starts again with every byte, so it does not stop a server that sends single bytes slowly. Therefore
the complete exchange is cancelled when its time is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
import openai
from openai.types.chat import ChatCompletion
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

from agents.language_model.http.http_errors import TransientError, error_for_status
from agents.language_model.privacy import SHORTEST_SECRET
from agents.language_model.protocol import ModelUnavailable

_STANDARD_PARAMETERS = frozenset(CompletionCreateParamsNonStreaming.__annotations__)
_MAX_BYTES = 4 * 2**20  # of a response body; a token rarely has more than 16 bytes
_MAX_REASON = 300  # characters that are quoted of an error response


@dataclass(frozen=True)
class Connection:
    """An endpoint, and the time in seconds that an exchange with it may take."""

    endpoint: str
    key: str = field(repr=False)
    seconds: float


def create_completion(params: Mapping[str, Any], connection: Connection) -> ChatCompletion:
    """Return the completion. The client parses the response but does not validate it.

    `params` are parameters of the API. Parameters that the client does not know are sent unchanged. The key is removed
    from the response body, because a server may repeat it.

    Raises:
        ModelUnavailable: There is no complete response. The error is a TransientError if the same request may succeed
            later, and RequestRejected if a changed request may succeed.
    """
    try:
        return asyncio.run(_create_completion(params, connection))
    except openai.OpenAIError as error:
        # Not chained: the client's exceptions hold headers and bodies.
        raise _translate(error, connection) from None
    except TimeoutError:
        message = f"{connection.endpoint} did not answer completely within {connection.seconds:g} s"
        raise TransientError(message, "timeout") from None


async def _create_completion(params: Mapping[str, Any], connection: Connection) -> ChatCompletion:
    standard = {name: value for name, value in params.items() if name in _STANDARD_PARAMETERS}
    extra = {name: value for name, value in params.items() if name not in _STANDARD_PARAMETERS}
    hooks = {"response": [_read_body_of(connection)]}
    async with (
        asyncio.timeout(connection.seconds),
        openai.DefaultAsyncHttpxClient(timeout=None, follow_redirects=False, event_hooks=hooks) as http_client,
    ):
        client = openai.AsyncOpenAI(
            base_url=connection.endpoint,
            api_key=connection.key,
            max_retries=0,
            timeout=None,
            http_client=http_client,
            default_headers={"Accept-Encoding": "identity"},
        )
        response = await client.chat.completions.with_raw_response.create(
            **cast(CompletionCreateParamsNonStreaming, standard), extra_body=extra
        )
        try:
            return response.parse()
        except (ValueError, RecursionError) as error:
            length = len(response.http_response.content)
            message = f"the response of {length} bytes is not valid JSON: {error}"
            raise TransientError(message, "invalid_json") from None


def _read_body_of(connection: Connection) -> Callable[[httpx2.Response], Awaitable[None]]:
    async def hook(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            message = f"{connection.endpoint} compresses its response although the request forbids it"
            raise ModelUnavailable(message, "compressed")
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _CheckedBody(response.stream, connection)

    return hook


class _CheckedBody(httpx2.AsyncByteStream):
    """A response body of limited length, from which the key is removed."""

    def __init__(self, stream: httpx2.AsyncByteStream, connection: Connection) -> None:
        self._stream = stream
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body = bytearray()
        async for chunk in self._stream:
            body += chunk
            if len(body) > _MAX_BYTES:
                message = f"{self._connection.endpoint} answers with more than {_MAX_BYTES} bytes"
                raise ModelUnavailable(message, "too_long")
        yield _without_key(bytes(body), self._connection.key)

    async def aclose(self) -> None:
        await self._stream.aclose()


def _translate(error: openai.OpenAIError, connection: Connection) -> ModelUnavailable:
    endpoint = connection.endpoint
    if isinstance(error, openai.APIStatusError):
        reason = " ".join(error.response.content.decode("utf-8", "replace").split())[:_MAX_REASON]
        return error_for_status(error.status_code, error.response.headers, reason, endpoint)
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ModelUnavailable):
            return cause
    if any(isinstance(cause, httpx2.ConnectError) for cause in causes):
        return TransientError(f"cannot connect to {endpoint}", "refused")
    if any(isinstance(cause, httpx2.TransportError) for cause in causes):
        return TransientError(f"{endpoint} closed the connection before its answer was complete", "truncated")
    return ModelUnavailable(f"the request to {endpoint} failed: {type(error).__name__}", "unavailable")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _without_key(body: bytes, key: str) -> bytes:
    return body.replace(key.encode(), b"<key>") if len(key) >= SHORTEST_SECRET else body
