"""A request as the server reads it: what to run, and everything that a process of its own would have inherited."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass

from rules.jobserver.client import LENGTH, MOST_REQUEST

_SECONDS = 5.0  # a client says at once what it wants


@dataclass(frozen=True)
class Request:
    """`job` is a module and its arguments; `streams` are input, output and error, open here too."""

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
        ValueError: it is not one.
        OSError: the client is gone, or says nothing.
    """
    connection.settimeout(_SECONDS)
    head, streams, _, _ = socket.recv_fds(connection, LENGTH.size, 3)
    try:
        if len(head) < LENGTH.size or len(streams) != 3:
            raise ValueError("not a request")
        (length,) = LENGTH.unpack(head)
        if length > MOST_REQUEST:
            raise ValueError(f"{length} bytes are too many")
        message = connection.recv(length, socket.MSG_WAITALL)
        request = Request(**json.loads(message), streams=(streams[0], streams[1], streams[2]))
    except (TypeError, ValueError, OSError):
        for stream in streams:
            os.close(stream)
        raise
    connection.settimeout(None)
    return request
