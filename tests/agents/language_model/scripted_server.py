"""An OpenAI-compatible server that sends scripted responses, valid or invalid.

    with scripted_server([error_response(429, headers={"Retry-After": "1"}), completion("Hello.")]) as server:
        ...send requests to server.base_url...
        assert server.requests[1].body["messages"] == [...]

The script has one response for each request, in order. After the last response the server responds with status 500. An
item of the script, or the script itself, can be a function that computes the response from the request body.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_TIMEOUT_SECONDS = 20.0  # of a connection, so that no handler outlives its test


@dataclass(frozen=True)
class Answer:
    """A response. `length` replaces the Content-Length. `pieces` are sent after the body, `pause` seconds apart."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    pieces: Iterator[bytes] | None = None
    pause: float = 0.0
    delay: float = 0.0  # seconds before the first byte


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that the server received. The names of `headers` are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Any


Script = Sequence[Answer | Callable[[Any], Answer]] | Callable[[Any], Answer]


def completion(
    text: str | None,
    *,
    tool_calls: Sequence[Mapping[str, Any]] = (),
    finish: str | None = None,
    usage: tuple[int, int] | None = (10, 5),
    delay: float = 0.0,
) -> Answer:
    """Return a chat completion. `usage` is (prompt tokens, completion tokens), or None to report no usage."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if tool_calls:
        message["tool_calls"] = [dict(call) for call in tool_calls]
    finish_reason = finish or ("tool_calls" if tool_calls else "stop")
    body: dict[str, Any] = {
        "id": "completion",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    if usage is not None:
        prompt, answer = usage
        body["usage"] = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    return Answer(body=json.dumps(body).encode(), delay=delay)


def function_calls(*functions: tuple[str, Mapping[str, Any] | str], text: str | None = None) -> Answer:
    """Return a completion with tool calls, such as `function_calls(("fact", {"id": "best.level"}))`.

    Arguments of type str are sent unchanged, so that they can be invalid JSON.
    """
    return completion(text, tool_calls=[_tool_call(index, *function) for index, function in enumerate(functions)])


def error_response(
    status: int, message: str = "scripted failure", *, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an error in the format of OpenAI."""
    body = {"error": {"message": message, "type": "scripted", "code": None}}
    return Answer(status, json.dumps(body).encode(), headers or {})


def _tool_call(index: int, name: str, arguments: Mapping[str, Any] | str) -> dict[str, Any]:
    arguments_text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": arguments_text}}


class ScriptedServer:
    """Server that follows a script. `requests` lists the received requests in order. Opened by `scripted_server`."""

    def __init__(self, script: Script) -> None:
        self.requests: list[ReceivedRequest] = []
        self.is_closing = threading.Event()
        self._script = script
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def answer_to(self, request: ReceivedRequest) -> Answer:
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
        if callable(self._script):
            return self._script(request.body)
        if number >= len(self._script):
            return error_response(500, "the script has no more responses")
        answer = self._script[number]
        return answer(request.body) if callable(answer) else answer

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def close(self) -> None:
        self.is_closing.set()
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def scripted_server(script: Script) -> Iterator[ScriptedServer]:
    """Run a server on a free local port for the duration of the block."""
    server = ScriptedServer(script)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=5)


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with contextlib.suppress(OSError):  # some tests close the connection
                self._send(server.answer_to(ReceivedRequest(self.path, headers, json.loads(content))))

        def _send(self, answer: Answer) -> None:
            server.is_closing.wait(answer.delay)
            self.send_response(answer.status)
            self._send_headers(answer)
            self.wfile.write(answer.body)
            for piece in answer.pieces or ():
                if server.is_closing.wait(answer.pause):
                    break
                self.wfile.write(piece)
            self.close_connection = True

        def _send_headers(self, answer: Answer) -> None:
            headers = {"Content-Type": "application/json", "Connection": "close", **answer.headers}
            if answer.pieces is None:
                headers["Content-Length"] = str(len(answer.body) if answer.length is None else answer.length)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Do not log, because tests read `requests`."""

    Handler.timeout = _TIMEOUT_SECONDS
    return Handler
