"""A proxy in front of openwandb that speaks the dialect of W&B's public API, and misbehaves if a test asks for it."""

from __future__ import annotations

import json
import re
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.end_to_end.support.wandb_artifacts import ArtifactStore
from tests.end_to_end.support.wandb_history import HistoryStore

API_KEY = "local" + 40 * "0"
_DROPPED_HEADERS = {"content-length", "transfer-encoding", "connection", "accept-encoding"}
_ADDED_FIELDS = {
    "projectId": "1",
    "readOnly": False,
    "systemMetrics": "{}",
    "user": {"name": "admin", "username": "admin"},
    "historyKeys": None,
}


@dataclass
class Faults:
    """How the server misbehaves. A test may change it at any time.

    `change` gets the name of a GraphQL operation and its answer, and returns the answer that is sent. `changed_file`
    does the same with the bytes of a file of an artifact.
    """

    delay: float = 0.0
    dies_after_rows: int | None = None  # it closes every connection when it has received so many rows of the history
    is_dead: bool = False
    change: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda _, answer: answer
    changed_file: Callable[[bytes], bytes] = lambda content: content


class WandbAdapter(ThreadingHTTPServer):
    """The proxy. `upstream` is the port of openwandb on this machine."""

    daemon_threads = True

    def __init__(self, upstream: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream, self.url = upstream, f"http://127.0.0.1:{self.server_port}"
        self.faults, self.history, self.artifacts = Faults(), HistoryStore(), ArtifactStore(self.url)
        self.groups: dict[str, str] = {}  # by run id; openwandb does not store them

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: WandbAdapter
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: Any) -> None: ...

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        faults = self.server.faults
        if faults.is_dead:
            self.close_connection = True
            self.connection.close()
            return
        time.sleep(faults.delay)
        if self.path.startswith("/sdk/otel/"):  # measurements of the SDK about itself
            self._send(404, b"{}")
        elif self.path.startswith("/adapter/"):
            self._artifact_file(body)
        elif self.headers.get("Authorization") != "Basic " + b64encode(f"api:{API_KEY}".encode()).decode():
            self._send(401, b'{"errors": [{"message": "user is not logged in"}]}')
        elif self.path == "/graphql":
            self._graphql(json.loads(body))
        else:
            self._observe(body)
            self._send(*self._forward(body))

    do_GET = do_PUT = do_HEAD = do_POST

    def _observe(self, body: bytes) -> None:
        """Store the history that is streamed through the proxy."""
        if stream := re.fullmatch(r"/files/[^/]+/[^/]+/([^/]+)/file_stream", self.path):
            run_id, faults = stream[1], self.server.faults
            self.server.history.add(run_id, json.loads(body))
            if faults.dies_after_rows is not None and len(self.server.history.rows(run_id)) >= faults.dies_after_rows:
                faults.is_dead = True

    def _artifact_file(self, body: bytes) -> None:
        files = self.server.artifacts.files
        if self.command == "GET":
            content = files.get(self.path, b"")
            is_manifest = self.path.endswith("/manifest")
            self._send(200, content if is_manifest else self.server.faults.changed_file(content))
        else:
            files[self.path] = body
            self._send(200, b"")

    def _graphql(self, request: dict[str, Any]) -> None:
        operation = (re.findall(r"(?:query|mutation)\s+(\w+)", request["query"]) or [""])[0]
        variables = request.get("variables") or {}
        server = self.server
        data = server.artifacts.answer(operation, variables)
        data = server.history.answer(operation, variables) if data is None else data
        if data is None:
            status, content = self._forward(json.dumps(_mended(operation, request)).encode())
            answer = json.loads(content)
        else:
            status, answer = 200, {"data": data}
        run = ((answer.get("data") or {}).get("project") or {}).get("run")
        if operation == "UpsertBucket" and variables.get("groupName"):
            server.groups[variables["name"]] = variables["groupName"]
        if operation == "Run" and run:
            failed = {"state": "failed"} if server.history.exit_codes.get(run["name"]) else {}
            run.update(_ADDED_FIELDS | failed, group=server.groups.get(run["name"]))
        self._send(status, json.dumps(server.faults.change(operation, answer)).encode())

    def _forward(self, body: bytes) -> tuple[int, bytes]:
        upstream = HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _DROPPED_HEADERS}
        upstream.request(self.command, self.path, body, headers)
        response = upstream.getresponse()
        return response.status, response.read()

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _mended(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return a query of the public API as openwandb accepts it: other type names, and without fields unknown to it."""
    query = request["query"]
    if operation == "Run":
        query = re.sub(r"user \{[^}]*\}", "", query).replace("on Run ", "on RunType ")
        query = re.sub(rf"^\s*({'|'.join(_ADDED_FIELDS)})\s*$", "", query, flags=re.MULTILINE)
    mended = {**request, "query": query}
    if not mended.get("operationName"):
        mended.pop("operationName", None)
    return mended
