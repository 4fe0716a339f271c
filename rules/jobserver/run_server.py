"""Run a job server: import what trainings need, wait for the driver's list of modules, and serve jobs.

The driver starts this program before it compiles the specs, so that both happen at the same time. Until the driver has
sent the list, no code of the lab is imported.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TypedDict

from compiler.base.paths import Lab
from lightning_modules.tracking.shared_wandb.service import start_service, stop_service
from rules.jobserver.child import run_job
from rules.jobserver.client import READY, WITHOUT_TRAININGS
from rules.jobserver.lifetime import ends_with_parent
from rules.jobserver.loaded_code import start_mark
from rules.jobserver.preload import (
    DOCUMENTS,
    LATE,
    import_late,
    is_forkable,
    preload,
    preload_lab,
    preload_without_trainings,
)
from rules.jobserver.server import Server


class Message(TypedDict):
    """The modules of the lab that jobs use, and whether jobs will write analyses or reports."""

    modules: list[str]
    has_documents: bool


def main() -> int:
    listener, lifeline = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    interrupts: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    state = Lab(Path()).state  # of the lab if there is one, because its file system may have another clock
    start = start_mark(state if state.is_dir() else Path(listener.getsockname()).parent)
    has_trainings = WITHOUT_TRAININGS not in sys.argv
    if has_trainings:
        with ends_with_parent():  # a driver that is killed does not stop it
            preload()
    message = message_of_driver(lifeline)
    if message is None:  # there is nothing to train, or the driver has ended
        return 0
    if not has_trainings:
        preload_without_trainings(message["has_documents"])
        serve(listener, lifeline, start, bool(interrupts), later=())
        return 0
    preload_lab(message["modules"])
    if is_forkable():
        start_service(Path(listener.getsockname()).parent)
        later = (*LATE, *DOCUMENTS) if message["has_documents"] else LATE
        try:
            serve(listener, lifeline, start, bool(interrupts), later)
        finally:
            stop_service()
    return 0


def serve(listener: socket.socket, lifeline: int, start: int, is_interrupted: bool, later: Sequence[str]) -> None:
    """Serve jobs, and import the modules in `later` meanwhile.

    If the build was interrupted during the imports, the jobs that wait already are cancelled.
    """
    server = Server(listener, lifeline, lambda request: run_job(request, start))
    if is_interrupted:
        server.refuse_waiting()
    Path(listener.getsockname() + READY).touch()
    server.serve(later=[partial(import_late, name) for name in later])


def message_of_driver(lifeline: int) -> Message | None:
    """Return what the driver sends as one line of JSON, None if it ends without sending any."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(lifeline, 65536)
        if not part:
            return None
        line += part
    message: Message = json.loads(line)
    return message


if __name__ == "__main__":
    sys.exit(main())
