"""The driver's side: starts a server, and tells jobs by the environment where it is."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rules.jobserver.client import ADDRESS

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class JobServer:
    """A server that lives no longer than this process: it holds the other end of a pipe of ours."""

    def __init__(self, log: Path, modules: Iterable[str] = ()) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="proband-"))  # in the lab, its path may be too long for a socket
        address = self._folder / "server"
        hanging, self._lifeline = os.pipe()
        log.parent.mkdir(parents=True, exist_ok=True)
        with socket.socket(socket.AF_UNIX) as listener, log.open("w", encoding="utf-8") as output:
            listener.bind(str(address))
            listener.listen(1024)  # clients may come while it is still importing
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rules.jobserver.server", str(listener.fileno()), str(hanging), *modules],
                pass_fds=(listener.fileno(), hanging),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | _ONE_THREAD | {"PYTORCH_NVML_BASED_CUDA_CHECK": "1"},
                start_new_session=True,  # a terminal's Ctrl-C is for the driver, which passes it on
            )
        os.close(hanging)
        os.environ[ADDRESS] = str(address)
        atexit.register(self.stop)

    def interrupt(self) -> None:
        """Ctrl-C for every job that runs."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def stop(self) -> None:
        """Asks the server to end, and leaves it to that."""
        os.environ.pop(ADDRESS, None)
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        shutil.rmtree(self._folder, ignore_errors=True)


def can_fork() -> bool:
    """Whether this platform has what a server needs, and nobody asked for none (`PROBAND_FORK=0`)."""
    return hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and os.environ.get("PROBAND_FORK", "1") != "0"
