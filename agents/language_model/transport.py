"""One request by way of the `openai` package, with an end: in seconds by the clock on the wall, and in bytes.

A timeout of a socket starts again with every byte, so a server that drips would never run into one. Here the whole
exchange is cancelled when its time is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai

from agents.language_model.http_errors import Transient, status_fault
from agents.language_model.privacy import SHORTEST_SECRET
from agents.language_model.protocol import ModelUnavailable

_MOST_QUOTED = 300  # characters of an error's text


@dataclass(frozen=True)
class Exchange:
    """Where to ask and what may come back: `seconds` for all of it, `most_bytes` of body."""

    endpoint: str
    key: str = field(repr=False)
    seconds: float
    most_bytes: int


def posted(payload: Mapping[str, Any], exchange: Exchange) -> bytes:
    """The body of the answer, with the key, should the server have repeated it, struck out.

    Raises:
        ModelUnavailable: no complete answer; Transient where another attempt may get one, Rejected where another
            request may.
    """
    try:
        body = asyncio.run(_posted(payload, exchange))
    except openai.OpenAIError as error:
        # Not chained: the library's errors carry headers and bodies.
        raise _fault(error, exchange) from None
    except TimeoutError:
        message = f"{exchange.endpoint} did not answer completely within {exchange.seconds:g} s"
        raise Transient(message, "timeout") from None
    return _without_key(body, exchange.key)


async def _posted(payload: Mapping[str, Any], exchange: Exchange) -> bytes:
    async with (
        asyncio.timeout(exchange.seconds),
        openai.DefaultAsyncHttpxClient(
            timeout=None, follow_redirects=False, event_hooks={"response": [_bound_to(exchange)]}
        ) as http,
    ):
        client = openai.AsyncOpenAI(
            base_url=exchange.endpoint,
            api_key=exchange.key,
            max_retries=0,
            timeout=None,
            http_client=http,
            default_headers={"Accept-Encoding": "identity"},
        )
        response = await client.post("/chat/completions", cast_to=httpx2.Response, body=dict(payload))
        return response.content


def _bound_to(exchange: Exchange) -> Any:
    async def bound(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            message = f"{exchange.endpoint} compresses its answer, though it was asked not to"
            raise ModelUnavailable(message, "compressed")
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(response.stream, exchange)

    return bound


class _Bounded(httpx2.AsyncByteStream):
    """A body that is refused once it is longer than any answer can be."""

    def __init__(self, stream: httpx2.AsyncByteStream, exchange: Exchange) -> None:
        self._stream = stream
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for chunk in self._stream:
            length += len(chunk)
            if length > self._exchange.most_bytes:
                most = f"{self._exchange.most_bytes} bytes"
                raise ModelUnavailable(f"{self._exchange.endpoint} answers with more than {most}", "too_long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _fault(error: openai.OpenAIError, exchange: Exchange) -> ModelUnavailable:
    if isinstance(error, openai.APIStatusError):
        said = _without_key(error.response.content, exchange.key).decode("utf-8", "replace")
        quoted = " ".join(said.split())[:_MOST_QUOTED]
        return status_fault(error.status_code, error.response.headers, quoted, exchange.endpoint)
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, ModelUnavailable):
            return cause
    if any(isinstance(cause, httpx2.ConnectError) for cause in causes):
        return Transient(f"nothing answers at {exchange.endpoint}", "refused")
    if any(isinstance(cause, httpx2.TransportError) for cause in causes):
        return Transient(f"{exchange.endpoint} closed the connection before its answer was complete", "truncated")
    return ModelUnavailable(f"{exchange.endpoint} could not be asked: {type(error).__name__}", "unavailable")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _without_key(body: bytes, key: str) -> bytes:
    return body.replace(key.encode(), b"<key>") if len(key) >= SHORTEST_SECRET else body
