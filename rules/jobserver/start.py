"""Start the job server of a build, and give its address to the jobs in an environment variable."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from rules.jobserver.client import ADDRESS, WITHOUT_TRAININGS
from rules.jobserver.leftovers import SOCKET, new_folder, remove_leftovers

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class JobServer:
    """A server process that ends with this process, because it waits on a pipe whose other end is held open here.

    Args:
        log: file for the output of the server.
        modules: modules of the lab that jobs use. With None, the server imports its own modules and those of Proband,
            and waits until `open` names the others.
        has_documents: whether jobs will write analyses or reports.
        has_trainings: whether jobs will train. Otherwise, the server starts faster, because it does not import torch.
    """

    def __init__(
        self,
        log: Path,
        modules: Iterable[str] | None = (),
        *,
        has_documents: bool = False,
        has_trainings: bool = True,
    ) -> None:
        remove_leftovers()
        self._folder, self._log = new_folder(), log
        self._address = self._folder / SOCKET
        lifeline_read, self._lifeline = os.pipe()
        log.parent.mkdir(parents=True, exist_ok=True)
        with socket.socket(socket.AF_UNIX) as listener, log.open("w", encoding="utf-8") as output:
            listener.bind(str(self._address))
            listener.listen(1024)  # clients can connect while the server is still importing
            command = [sys.executable, "-m", "rules.jobserver.run_server", str(listener.fileno()), str(lifeline_read)]
            self._process = subprocess.Popen(
                [*command, *([] if has_trainings else [WITHOUT_TRAININGS])],
                pass_fds=(listener.fileno(), lifeline_read),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | _ONE_THREAD | {"PYTORCH_NVML_BASED_CUDA_CHECK": "1"},
                start_new_session=True,  # Ctrl-C in the terminal reaches only the driver, which forwards it
            )
        os.close(lifeline_read)
        self._is_open = False
        atexit.register(self.stop)
        if modules is not None:
            self.open(modules, has_documents=has_documents)

    def open(self, modules: Iterable[str], log: Path | None = None, *, has_documents: bool = False) -> None:
        """Let the server import modules of the lab and serve jobs. Its log is moved to `log`."""
        message = {"modules": list(modules), "has_documents": has_documents}
        with suppress(BrokenPipeError):  # the server has ended, so its clients run their jobs themselves
            os.write(self._lifeline, json.dumps(message).encode() + b"\n")
        self._is_open = True
        os.environ[ADDRESS] = str(self._address)
        if log is not None and log != self._log:
            with suppress(OSError):
                self._log.replace(log)

    def interrupt(self) -> None:
        """Send SIGINT to all running jobs."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def stop(self) -> None:
        """Make the server end, without waiting for it. One that has not been opened has no jobs, and is killed."""
        if self._is_open:
            os.environ.pop(ADDRESS, None)
        else:
            self._process.kill()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        shutil.rmtree(self._folder, ignore_errors=True)


def can_fork() -> bool:
    """Return whether this platform supports the server and `PROBAND_FORK=0` does not disable it."""
    return hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and os.environ.get("PROBAND_FORK", "1") != "0"
