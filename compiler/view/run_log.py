"""Find the files in which a running, finished or failed run is logged, and read them as they grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.base.json_files import readable_object
from compiler.base.lease import find_writer
from compiler.base.paths import Lab
from compiler.base.printable import printable
from compiler.base.redaction import redact_keys

_PIECE_BYTES = 1 << 20


def is_running(lab: Lab, run_id: str) -> bool:
    return find_writer(lab.partial_run(run_id)) is not None


def log_file(lab: Lab, run_id: str) -> Path:
    """Return the output of a training. While it is running, this is the log of its job."""
    finished = lab.run(run_id) / "train.log"
    return finished if finished.is_file() and not is_running(lab, run_id) else lab.train_log(run_id)


def history_file(lab: Lab, run_id: str) -> Path:
    """Return the logged metrics of a training."""
    running = lab.partial_run(run_id) / "history.csv"
    return running if running.is_file() else lab.run(run_id) / "output" / "history.csv"


def followed_lines(lab: Lab, run_id: str, file: Path, pause: Callable[[], object]) -> Iterator[str]:
    """Yield the lines of a file of a run, and new ones until the run is no longer running.

    Args:
        pause: waits until the file is read again.
    """
    growing = GrowingFile(file)
    while is_running(lab, run_id):
        yield from growing.new_lines()
        pause()
    yield from growing.new_lines()
    yield from growing.last_line()


def failure_lines(lab: Lab, run_id: str) -> list[str]:
    """Return the error of a failed run and its traceback; an empty list for other runs."""
    status = readable_object(lab.status(run_id)) or readable_object(lab.machine_failure(run_id)) or {}
    error = status.get("error")
    if not isinstance(error, dict):
        return []
    texts = [error.get("traceback"), f"failed, {error.get('kind')}: {error.get('message')}", error.get("hint")]
    return [line for text in texts if text for line in shown_lines(str(text))]


@dataclass
class GrowingFile:
    """Reads the complete lines that were added to a file since the last call. A file that is replaced is read anew."""

    path: Path
    _position: int = 0
    _rest: bytes = b""

    def new_lines(self) -> Iterator[str]:
        try:
            if self.path.stat().st_size < self._position:
                self._position, self._rest = 0, b""
            with self.path.open("rb") as file:
                file.seek(self._position)
                while piece := file.read(_PIECE_BYTES):
                    self._position += len(piece)
                    *lines, self._rest = (self._rest + piece).split(b"\n")
                    for line in lines:
                        yield from shown_lines(line.decode("utf-8", errors="replace"))
        except FileNotFoundError:
            return

    def last_line(self) -> Iterator[str]:
        """Yield the incomplete line at the end of the file, if there is one."""
        if self._rest:
            yield from shown_lines(self._rest.decode("utf-8", errors="replace"))


def shown_lines(text: str) -> list[str]:
    """Return the lines of a text without keys and control characters. Of a progress bar, the last state is kept."""
    return [printable(redact_keys(line.rstrip("\r").rpartition("\r")[2])) for line in text.split("\n")]
