"""Run trackio in a process of its own, which cannot hold or disturb the training."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lightning_modules.tracking.time_limit import within
from lightning_modules.tracking.tracker import TrackerFailed

PYTHON = sys.executable
START_SECONDS, ROW_SECONDS, FINISH_SECONDS, STOP_SECONDS = 30, 5, 60, 5
_PROGRAM = Path(__file__).with_name("write_run.py")
_FOREIGN_VARIABLES = ("TRACKIO_", "HF_", "HUGGING_FACE_", "HUGGINGFACE_", "GRADIO_", "SPACE_")
_LOCAL_ONLY = {
    "HF_HUB_OFFLINE": "1",  # else trackio asks Hugging Face for the name of the user
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "TRACKIO_STORAGE_MODE": "sqlite",  # also on a network file system, because each database has one writer
    "TRACKIO_SQLITE_JOURNAL_MODE": "delete",  # one file, without files of a write-ahead log beside it
}


class WriterProcess:
    """A started process that writes the database of one run into a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._process = subprocess.Popen(
            [PYTHON, "-P", _PROGRAM],  # -P: the modules beside the program are not imported
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(folder),
            cwd=folder,
            start_new_session=True,  # Ctrl-C interrupts the training, which then ends the run
        )
        os.set_blocking(self._input, False)

    @property
    def _input(self) -> int:
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    def start(self, run: Mapping[str, Any]) -> None:
        """Start the run. Raises TrackerFailed."""
        self.send(run)
        self._expect_answer(START_SECONDS, "start of trackio")

    def send(self, content: Mapping[str, Any]) -> None:
        """Send one line. Raises TrackerFailed if the process has ended, or takes no more for `ROW_SECONDS`."""
        line, end = (json.dumps(content) + "\n").encode(), time.monotonic() + ROW_SECONDS
        poll = select.poll()
        poll.register(self._input, select.POLLOUT)
        while line:
            if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
                raise TrackerFailed(f"trackio has not taken a row within {ROW_SECONDS} seconds")
            try:
                line = line[os.write(self._input, line) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise TrackerFailed(f"the process of trackio has ended ({error.strerror})") from error

    def finish(self) -> None:
        """End the run, and wait until it is written. Raises TrackerFailed."""
        self.send({"end": True})  # the end of the pipe would not do: workers of the training may hold it open
        self._expect_answer(FINISH_SECONDS, "end of the trackio run")

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait(STOP_SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _expect_answer(self, seconds: float, purpose: str) -> None:
        assert self._process.stdout is not None
        answer = within(seconds, self._process.stdout.readline, purpose)
        if not answer:
            raise TrackerFailed(f"{purpose}: the process of trackio has ended")
        if problem := json.loads(answer)["problem"]:
            raise TrackerFailed(problem)


def _environment(folder: Path) -> dict[str, str]:
    """Return the variables of the process, without those that name a Space, a server, a key or another folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_VARIABLES)}
    own.pop("SYSTEM", None)  # which makes trackio believe that it runs in a Space
    return own | _LOCAL_ONLY | {"TRACKIO_DIR": str(folder), "HF_HOME": str(folder / "huggingface")}
