"""Keep what a training function does to its process from the rest of the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import psutil

# Variables that say that this process is one of several. A build trains each run in one process.
DISTRIBUTED = ("LOCAL_RANK", "RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


class FunctionExited(RuntimeError):
    """The training function tried to end its process instead of returning."""


@contextmanager
def restored_process_state(name: str) -> Iterator[None]:
    """Restore the working folder and the umask after the block. `name` is that of the function, for messages.

    Inside the block, the variables of distributed trainings are not set, and `os._exit` raises FunctionExited, because
    it would leave no trace of the run. Processes that the function forks can call it as always. Those that are running
    after the block are killed.
    """
    for variable in DISTRIBUTED:
        os.environ.pop(variable, None)
    process, exit_process = os.getpid(), os._exit
    earlier_children = _children()
    mask = os.umask(0)
    os.umask(mask)

    def refuse(status: int) -> NoReturn:
        if os.getpid() != process:
            exit_process(status)
        raise FunctionExited(f"{name} called os._exit({status}): it must return its metrics")

    os._exit = refuse
    try:
        with chdir(Path.cwd()):
            yield
    finally:
        os._exit = exit_process
        os.umask(mask)
        if os.getpid() != process:
            exit_process(0)  # a process that the function forked must not write the run a second time
        for child in _children() - earlier_children:
            with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
                child.kill()


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))
