"""An OpenAI-compatible server that says what a test tells it to, right or wrong.

    with scripted_server([fails(429, headers={"Retry-After": "1"}), says("Hello.")]) as server:
        ...ask server.base_url...
        assert server.requests[1].body["messages"] == [...]

One answer a request, in order; a script that is over answers 500. Where an answer depends on what was asked, give a
function of the request's body instead of the list, or as one of its items.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_ENOUGH_SECONDS = 20.0  # a server that never ends ends with its test, whatever happens


@dataclass(frozen=True)
class Answer:
    """`length` lies about the body where it is given; `pieces` follow the body, `pause` seconds apart."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    pieces: Iterator[bytes] | None = None
    pause: float = 0.0
    delay: float = 0.0  # seconds before the first byte


@dataclass(frozen=True)
class Received:
    """`headers` by their names in lower case."""

    path: str
    headers: Mapping[str, str]
    body: Any


Script = Sequence[Answer | Callable[[Any], Answer]] | Callable[[Any], Answer]


def says(
    text: str | None,
    *,
    tool_calls: Sequence[Mapping[str, Any]] = (),
    finish: str | None = None,
    usage: tuple[int, int] | None = (10, 5),
    delay: float = 0.0,
) -> Answer:
    """A completion. `usage` is (prompt tokens, completion tokens), None where the server reports none."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if tool_calls:
        message["tool_calls"] = [dict(call) for call in tool_calls]
    finish_reason = finish or ("tool_calls" if tool_calls else "stop")
    completion: dict[str, Any] = {
        "id": "completion",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }
    if usage is not None:
        prompt, answer = usage
        completion["usage"] = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    return Answer(body=json.dumps(completion).encode(), delay=delay)


def calls(*functions: tuple[str, Mapping[str, Any] | str], text: str | None = None) -> Answer:
    """A completion that calls functions: `calls(("fact", {"id": "best.level"}))`. Arguments as text are left as is."""
    return says(text, tool_calls=[_tool_call(index, *function) for index, function in enumerate(functions)])


def fails(status: int, message: str = "scripted failure", *, headers: Mapping[str, str] | None = None) -> Answer:
    """An error as OpenAI words it."""
    body = {"error": {"message": message, "type": "scripted", "code": None}}
    return Answer(status, json.dumps(body).encode(), headers or {})


def _tool_call(index: int, name: str, arguments: Mapping[str, Any] | str) -> dict[str, Any]:
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": f"call_{index}", "type": "function", "function": {"name": name, "arguments": written}}


class ScriptedServer:
    """Held open by `scripted_server`. `requests` are those that arrived, in order."""

    def __init__(self, script: Script) -> None:
        self.requests: list[Received] = []
        self.is_closing = threading.Event()
        self._script = script
        self._one_at_a_time = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def answer_to(self, request: Received) -> Answer:
        with self._one_at_a_time:
            number = len(self.requests)
            self.requests.append(request)
        if callable(self._script):
            return self._script(request.body)
        if number >= len(self._script):
            return fails(500, "the script is over")
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
    """A server on a free port of this machine for as long as the block runs."""
    server = ScriptedServer(script)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=5)


def _handler(owner: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with contextlib.suppress(OSError):  # the client may be gone, which is what some tests are about
                self._send(owner.answer_to(Received(self.path, headers, json.loads(content))))

        def _send(self, answer: Answer) -> None:
            owner.is_closing.wait(answer.delay)
            self.send_response(answer.status)
            self._send_headers(answer)
            self.wfile.write(answer.body)
            for piece in answer.pieces or ():
                if owner.is_closing.wait(answer.pause):
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
            """Silent: a test reads `requests`."""

    Handler.timeout = _ENOUGH_SECONDS
    return Handler
