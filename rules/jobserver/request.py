"""Read a request from a client: the job, and the process state that it would inherit from the client."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass

from rules.jobserver.client import LENGTH, MAX_REQUEST_BYTES

_TIMEOUT = 5.0  # seconds; a client sends its request immediately after connecting


@dataclass(frozen=True)
class Request:
    """A request to run `job`, a module and its arguments. `streams` are standard input, output and error, open here."""

    job: list[str]
    cwd: str
    environ: dict[str, str]
    limits: dict[str, tuple[int, int]]
    umask: int
    nice: int
    streams: tuple[int, int, int]

    def close(self) -> None:
        for stream in self.streams:
            os.close(stream)


def receive(connection: socket.socket) -> Request:
    """Read one request.

    Raises:
        ValueError: the message is not a request.
        OSError: the client has closed the connection, or sends nothing.
    """
    connection.settimeout(_TIMEOUT)
    head, streams, _, _ = socket.recv_fds(connection, LENGTH.size, 3)
    try:
        if len(head) < LENGTH.size or len(streams) != 3:
            raise ValueError("the message is not a request")
        (length,) = LENGTH.unpack(head)
        if length > MAX_REQUEST_BYTES:
            raise ValueError(f"the request has {length} bytes, more than {MAX_REQUEST_BYTES}")
        message = connection.recv(length, socket.MSG_WAITALL)
        request = Request(**json.loads(message), streams=(streams[0], streams[1], streams[2]))
    except (TypeError, ValueError, OSError):
        for stream in streams:
            os.close(stream)
        raise
    connection.settimeout(None)
    return request
