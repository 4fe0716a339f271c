"""Track a training. Whatever the tracker does, the training goes on: a local log is kept and the problem recorded."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from lightning.pytorch.loggers import Logger

from compiler.base.json_files import write_json
from compiler.tracking.choice import tracking_mode
from compiler.tracking.record import RECORD, LoggedArtifact, TrackingRecord
from lightning_modules.tracking.load_tracker import load_tracker
from lightning_modules.tracking.replay import final_metrics, write_log
from lightning_modules.tracking.report_problem import ProblemReport
from lightning_modules.tracking.session_record import session_record
from lightning_modules.tracking.time_limit import within
from lightning_modules.tracking.tracker import LogLost, RunToTrack, Session
from lightning_modules.tracking.tracker_logger import TrackerLogger

_Result = TypeVar("_Result")
INTERRUPT_SECONDS = 6  # to end the run after SIGTERM or Ctrl-C, because the job is killed after 10 seconds


@contextmanager
def tracked_training(run: RunToTrack) -> Iterator[list[Logger]]:
    """Yield the loggers that the config group `tracking` selects, and end the tracked run with the exit code.

    The exit code is 0, 128 plus the number of the signal that interrupted the training, or 1 after another exception.
    A problem of the tracker raises nothing. It is printed and written to `tracking/problem.json`.
    """
    mode = tracking_mode(run.config)
    if mode == "disabled":
        yield []
        return
    tracking = _start(run, mode)
    exit_code = 1
    try:
        yield [tracking.logger] if tracking else []
        exit_code = 0
    except BaseException as error:
        exit_code = exit_code_of(error)
        raise
    finally:
        if tracking:
            tracking.end(exit_code)


def exit_code_of(error: BaseException) -> int:
    """Return the exit code of a process that an exception ends. The signal is the message of a KeyboardInterrupt."""
    if isinstance(error, KeyboardInterrupt):
        return 128 + int(signal.Signals.__members__.get(str(error), signal.SIGINT))
    if isinstance(error, SystemExit) and isinstance(error.code, int):
        return error.code or 1
    return 1


def _start(run: RunToTrack, mode: str) -> _Tracking | None:
    """Start the run before the training, so that an unreachable server is noticed early. Else log offline.

    Return None if not even a local log can be started.
    """
    report = ProblemReport(run, mode)
    for started_mode in dict.fromkeys((mode, "offline")):
        try:
            session = load_tracker(run.config).start(run, started_mode)
            return _Tracking(run, started_mode, session, report)
        except Exception as error:
            report.add("start", error, log_complete=started_mode == "online")
    return None


class _Tracking:
    """A tracked run, from its start to its end."""

    def __init__(self, run: RunToTrack, mode: str, session: Session, report: ProblemReport) -> None:
        self._run, self._mode, self._session, self._report = run, mode, session, report
        self._artifacts: tuple[LoggedArtifact, ...] = ()
        self._is_log_lost = False
        self.logger = TrackerLogger(session, run.run_id, lambda error: report.add("training", error))

    def end(self, exit_code: int) -> None:
        """Log the artifacts and the summary, end the run, and record what was logged."""
        if exit_code > 128:
            self._attempt(lambda: within(INTERRUPT_SECONDS, lambda: self._session.finish(exit_code), "end of the run"))
            self._attempt(lambda: within(1, self._session.stop, "end of the tracker"))
            return
        if self.logger.is_complete:
            self._attempt(self._log_results)
            self._attempt(lambda: self._session.finish(exit_code))
        record: TrackingRecord | None = self._record(exit_code)
        self._attempt(self._session.stop)
        if not self.logger.is_complete or self._is_log_lost:
            record = self._attempt(lambda: write_log(self._run, exit_code))
        if record is not None:
            write_json(self._run.folder / RECORD, record.to_json())

    def _log_results(self) -> None:
        self._session.log_summary(final_metrics(self._run))
        self._artifacts = self._session.log_artifacts(self._run)

    def _record(self, exit_code: int) -> TrackingRecord:
        rows = self.logger.rows
        return session_record(self._run, self._session, self._mode, exit_code, self._artifacts, rows)

    def _attempt(self, action: Callable[[], _Result]) -> _Result | None:
        try:
            return action()
        except Exception as error:
            self._is_log_lost |= isinstance(error, LogLost)
            self._report.add("finish", error)
            return None
