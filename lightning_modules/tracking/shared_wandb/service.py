"""Start W&B's background process in a job server, and find it from the trainings that are forked there.

A training inherits the address of the process with the memory of the server. Other programs that a training starts do
not, because the address is in no environment variable.
"""

from __future__ import annotations

import os
import platform
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from lightning_modules.tracking.wandb_settings import own_variables

ANSWER_SECONDS = 10  # for the process to answer a training; after that, the training starts its own
_STOP_SECONDS = 5
_HEADER = struct.Struct("<BI")  # of a message to the process: a fixed byte, and the length
_MAGIC = ord("W")


@dataclass(frozen=True)
class SharedService:
    """A process of W&B. `avoided` is a file that a training creates when the process has not answered in time."""

    token: str
    address: str
    avoided: Path
    process: subprocess.Popen[bytes]

    def is_answering(self) -> bool:
        """Return whether the process answers a question about an upload that does not exist."""
        from wandb.proto import wandb_server_pb2 as messages

        request = messages.ServerRequest(request_id="probe")  # type: ignore[attr-defined]
        request.sync_status.SetInParent()
        content = request.SerializeToString()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(ANSWER_SECONDS)
            try:
                connection.connect(self.address)
                connection.sendall(_HEADER.pack(_MAGIC, len(content)) + content)
                return len(connection.recv(_HEADER.size)) == _HEADER.size
            except TimeoutError:
                self.avoid()
                return False
            except OSError:
                return False

    def avoid(self) -> None:
        """Make all trainings that start from now on use processes of their own."""
        with suppress(OSError):
            self.avoided.touch()


_service: SharedService | None = None


def start_service(folder: Path) -> None:
    """Start the process for the children of this one, with its temporary files in a folder.

    Nothing is started if W&B is not installed, or its version cannot share a process.
    """
    global _service
    try:
        import requests  # noqa: F401  (each run of W&B imports it)
        import wandb
        from wandb.sdk.lib.service import service_process

        platform.platform()  # W&B asks for it, and Python keeps the answer of the program `uname`
        with own_variables("offline"), _temporary_folder(folder):
            started = service_process.start(wandb.Settings())
        token = started.token.env_value
        address = token.partition("-unix-")[2]
        if address:
            _service = SharedService(token, address, folder / "wandb.avoided", started._process)
        else:
            started._process.kill()
    except Exception as error:  # without a shared process, each training starts its own
        print(f"no shared process of W&B: {type(error).__name__}: {error}", file=sys.stderr)


def stop_service() -> None:
    """Stop the process that this process has started. If this process is killed, W&B's process notices and ends."""
    global _service
    if _service is None:
        return
    process, _service = _service.process, None
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def usable_service() -> SharedService | None:
    """Return the process that the job server of this training has started, if it answers."""
    if _service is None or _service.avoided.exists() or not _service.is_answering():
        return None
    return _service


@contextmanager
def _temporary_folder(folder: Path) -> Iterator[None]:
    """Make programs that are started in the block keep their temporary files in a folder."""
    previous_variable, previous = os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = previous
        del os.environ["TMPDIR"]
        if previous_variable is not None:
            os.environ["TMPDIR"] = previous_variable
