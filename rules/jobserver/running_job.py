"""Represent a job that runs in a child of the server: send it signals, stop it, and reply to its client."""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass

from rules.jobserver.client import REPLY
from rules.jobserver.lifetime import GRACE_SECONDS


@dataclass
class RunningJob:
    """A running job. `deadline` is set when the server stops the job. At that time, the job is killed."""

    pid: int
    connection: socket.socket
    deadline: float | None = None

    def stop(self) -> None:
        """Send SIGTERM, and set the deadline for SIGKILL."""
        if self.deadline is None:
            self.deadline = time.monotonic() + GRACE_SECONDS
            self.send_signal(signal.SIGTERM)

    def kill_if_overdue(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # the child has ended, and its exit code has not been read yet
            os.kill(self.pid, number)

    def reply(self, wait_status: int) -> None:
        """Send the exit code to the client. A job that the server itself stopped does not count as killed."""
        code = os.waitstatus_to_exitcode(wait_status)
        with suppress(OSError):  # the client has disconnected
            self.connection.sendall(REPLY.pack(128 - code if self.deadline is not None and code < 0 else code))
        self.connection.close()
