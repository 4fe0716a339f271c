"""Start the job server of a build, and give its address to the jobs in an environment variable."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from rules.jobserver.client import ADDRESS
from rules.jobserver.leftovers import SOCKET, new_folder, remove_leftovers

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class JobServer:
    """A server process that ends with this process, because it waits on a pipe whose other end is held open here."""

    def __init__(self, log: Path, modules: Iterable[str] = ()) -> None:
        remove_leftovers()
        self._folder = new_folder()
        address = self._folder / SOCKET
        lifeline_read, self._lifeline = os.pipe()
        log.parent.mkdir(parents=True, exist_ok=True)
        with socket.socket(socket.AF_UNIX) as listener, log.open("w", encoding="utf-8") as output:
            listener.bind(str(address))
            listener.listen(1024)  # clients can connect while the server is still importing
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rules.jobserver.server", str(listener.fileno()), str(lifeline_read), *modules],
                pass_fds=(listener.fileno(), lifeline_read),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | _ONE_THREAD | {"PYTORCH_NVML_BASED_CUDA_CHECK": "1"},
                start_new_session=True,  # Ctrl-C in the terminal reaches only the driver, which forwards it
            )
        os.close(lifeline_read)
        os.environ[ADDRESS] = str(address)
        atexit.register(self.stop)

    def interrupt(self) -> None:
        """Send SIGINT to all running jobs."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def stop(self) -> None:
        """Make the server end, without waiting for it."""
        os.environ.pop(ADDRESS, None)
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        shutil.rmtree(self._folder, ignore_errors=True)


def can_fork() -> bool:
    """Return whether this platform supports the server and `PROBAND_FORK=0` does not disable it."""
    return hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and os.environ.get("PROBAND_FORK", "1") != "0"
