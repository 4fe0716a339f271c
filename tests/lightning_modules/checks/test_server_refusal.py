"""The reason why a server cannot be used states first whether its address answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from lightning_modules.checks.tracked_run.server_refusal import refusal_reason

BUSY = ConnectionError("Failed to verify credentials")


class Refusing(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_error(401)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def refusing_server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_address_without_a_server_is_named_first() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # and does not listen
        host = f"127.0.0.1:{free.getsockname()[1]}"
        reason = refusal_reason(BUSY, f"http://user:secret@{host}")
    assert reason == f"no answer from http://{host} (ConnectionError: Failed to verify credentials)"


@pytest.mark.parametrize("user", ["", "user:secret@"])
def test_server_that_refuses_the_key_has_answered(user: str, refusing_server: str) -> None:
    address = refusing_server.replace("://", f"://{user}")
    assert refusal_reason(BUSY, address) == "ConnectionError: Failed to verify credentials"
