"""Log a run through a shared process. If the process fails, the log is lost, and is written again from the history."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from compiler.tracking.record import LoggedArtifact
from lightning_modules.tracking.shared_wandb.service import SharedService
from lightning_modules.tracking.time_limit import within
from lightning_modules.tracking.tracker import LogLost, RunToTrack, Session, TrackerFailed
from lightning_modules.tracking.wandb_log import CorruptRunLog, read_run_log

CALL_SECONDS = 20  # for the process to take a row, the artifacts or the end of a run
_POLL_SECONDS = 0.02
_STOP_SECONDS = 2  # after a failure, in which nothing is waited for
_Result = TypeVar("_Result")


class SharedSession:
    """A session of W&B whose process other runs use as well. No call waits longer than `CALL_SECONDS`.

    Args:
        session: the session of the run.
        folder: the folder of its log.
        service: the process.
    """

    entity = url = None

    def __init__(self, session: Session, folder: Path, service: SharedService) -> None:
        self.experiment: Any = session.experiment
        self._session, self._folder, self._service = session, folder, service
        self._calls = ThreadPoolExecutor(1, "shared W&B process")  # in order, and abandoned if it hangs
        self._is_lost = False

    def log(self, metrics: Mapping[str, Any], step: int | None) -> None:
        self._call(lambda: self._session.log(metrics, step))

    def log_artifacts(self, run: RunToTrack) -> tuple[LoggedArtifact, ...]:
        return self._call(lambda: self._session.log_artifacts(run))

    def log_summary(self, metrics: Mapping[str, Any]) -> None:
        self._call(lambda: self._session.log_summary(metrics))

    def finish(self, exit_code: int) -> None:
        """End the run, and wait until its log is on the disk, because the process goes on after the run."""
        self._call(lambda: self._session.finish(exit_code))
        self._call(self._wait_for_log)

    def stop(self) -> None:
        """Disconnect from the process, which goes on."""
        seconds = _STOP_SECONDS if self._is_lost else CALL_SECONDS
        try:
            within(seconds, self._session.stop, "end of the connection to W&B's process")
        except Exception:
            if not self._is_lost:
                raise

    def _call(self, action: Callable[[], _Result]) -> _Result:
        if self._is_lost:
            raise LogLost("the shared process of W&B has failed before")
        try:
            return self._calls.submit(action).result(CALL_SECONDS)
        except TimeoutError as error:
            self._is_lost = True
            self._service.avoid()
            raise LogLost(f"the shared process of W&B has not answered within {CALL_SECONDS} seconds") from error
        except Exception as error:
            self._is_lost = True
            raise LogLost(f"the shared process of W&B: {type(error).__name__}: {error}") from error

    def _wait_for_log(self) -> None:
        """Wait for the end of the log, which is its last record."""
        end = time.monotonic() + CALL_SECONDS
        while not any(map(_is_complete, self._folder.glob("*run-*/run-*.wandb"))):
            if time.monotonic() > end:
                raise TrackerFailed("the log has no end")
            time.sleep(_POLL_SECONDS)


def _is_complete(log: Path) -> bool:
    try:
        return read_run_log(log).finished
    except (CorruptRunLog, OSError):
        return False
