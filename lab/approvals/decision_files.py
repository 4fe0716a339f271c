"""Record decisions as files in `approvals/`, and read them back in the order in which they were made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from compiler.base.diagnostics import InputError
from compiler.base.json_files import write_bytes
from compiler.base.paths import Lab
from lab.approvals.decision import Decision
from lab.approvals.decision_text import decode, encode
from lab.approvals.plain_file import read_plain_file
from lab.approvals.subject import InvalidDecision

Clock = Callable[[], datetime]
_FILE_TIME = "%Y%m%dT%H%M%S.%fZ"
_SUFFIXES = frozenset({".yaml", ".yml"})
_MAX_NAME = 120  # characters of the first subject in a file name
_CLOCK_TOLERANCE = timedelta(days=1)  # a later time cannot come from a clock that differs a little
_LOCK_SECONDS = 60.0
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class CannotRecord(InputError):
    """The folder of the decisions cannot be written, so nothing was decided."""


@dataclass(frozen=True)
class DamagedFile:
    """A file that is no valid decision, and therefore counts for nothing. `file` is relative to the lab."""

    file: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}; it counts for nothing"


@dataclass(frozen=True)
class Decisions:
    """The valid decisions in the order in which they were made, and the files that are none."""

    recorded: tuple[Decision, ...] = ()
    damaged: tuple[DamagedFile, ...] = ()


def utc_now() -> datetime:
    return datetime.now(UTC)


def file_name(decision: Decision) -> str:
    """Return the name of the decision's file: time, outcome and first subject."""
    subject = decision.subjects[0]
    first = f"{subject.kind}-{subject.name}".replace("/", "-")[:_MAX_NAME]
    return f"{decision.time.strftime(_FILE_TIME)}-{decision.outcome}-{first}.yaml"


def record(lab: Lab, decision: Decision) -> Path:
    """Write a decision, and return its file.

    If an earlier decision has the same time or a later one, because a clock was set back, the recorded time is
    a microsecond after it. The order of the file names is therefore always the order of the decisions.

    Raises:
        CannotRecord: The folder cannot be written. Nothing is recorded.
    """
    try:
        with _lock(lab):
            latest = _latest_time(lab, utc_now() + _CLOCK_TOLERANCE)
            if decision.time <= latest:
                decision = decision.recorded_at(latest + timedelta(microseconds=1))
            file = lab.approvals / file_name(decision)
            write_bytes(file, encode(decision))
            return file
    except Timeout as error:
        raise CannotRecord(f"{lab.approvals}: another process has been recording for a minute (try again)") from error
    except OSError as error:
        problem = f"{lab.approvals}: the decision cannot be recorded: {error.strerror or error}"
        raise CannotRecord(f"{problem} (give write access to this folder and to {lab.state})") from error


def read_decisions(lab: Lab, clock: Clock = utc_now) -> Decisions:
    """Return all decisions of a lab. A file that cannot be read or is no valid decision is listed as damaged."""
    recorded, damaged = [], []
    limit = clock() + _CLOCK_TOLERANCE
    for file in _files(lab.approvals):
        try:
            recorded.append(_read(file, limit))
        except (InvalidDecision, OSError) as error:
            problem = error.strerror if isinstance(error, OSError) else str(error)
            damaged.append(DamagedFile(file.relative_to(lab.root).as_posix(), problem or type(error).__name__))
    return Decisions(tuple(sorted(recorded, key=lambda decision: decision.at)), tuple(damaged))


def _read(file: Path, limit: datetime) -> Decision:
    decision = decode(read_plain_file(file))
    if file.name != file_name(decision):
        raise InvalidDecision(f"is a copy of {file_name(decision)}, or was renamed")
    if decision.time > limit:
        raise InvalidDecision(f"was recorded in the future, at {decision.at} (set the clock of this machine)")
    return decision


def _latest_time(lab: Lab, limit: datetime) -> datetime:
    """Return the latest time in the names of the files. A time after `limit` is a forgery and does not count."""
    times = (_file_time(file.name) for file in _files(lab.approvals))
    return max((time for time in times if time <= limit), default=_BEGINNING)


def _file_time(name: str) -> datetime:
    try:
        return datetime.strptime(name.partition("-")[0], _FILE_TIME).replace(tzinfo=UTC)
    except ValueError:
        return _BEGINNING


def _files(folder: Path) -> Iterable[Path]:
    """Return the files that claim to be decisions. The folder itself must be a folder, not a link."""
    if folder.is_symlink():
        return [folder]
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES and file.name[0] != ".")
    except FileNotFoundError:
        return []
    except OSError:
        return [folder]


def _lock(lab: Lab) -> AbstractContextManager[object]:
    if lab.approvals.is_symlink():
        raise NotADirectoryError(0, "it is a link, not a folder")
    lab.approvals.mkdir(parents=True, exist_ok=True)
    lock = lab.state / "locks" / "approvals.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(lock, timeout=_LOCK_SECONDS)
