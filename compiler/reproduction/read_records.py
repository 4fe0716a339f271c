"""Read the records of reproductions in `reproductions/`, and find those that count for some runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import Lab
from compiler.recorded_files.damaged_file import DamagedFile
from compiler.recorded_files.plain_file import NotPlainFile, read_plain_file
from compiler.reproduction.record_files import record_folder, record_name
from compiler.reproduction.reproduction import InvalidReproduction, Reproduction
from compiler.reproduction.summary import Summary
from compiler.runs.run_status import read_complete_status

Clock = Callable[[], datetime]
_CLOCK_TOLERANCE = timedelta(days=1)  # clocks of machines differ


def utc_now() -> datetime:
    return datetime.now(UTC)


def file_name(made: Reproduction) -> str:
    return record_name(made.at, made.run_id)


def reproductions(lab: Lab, run_ids: Iterable[str], clock: Clock = utc_now) -> Summary:
    """Return the reproductions of some runs that count, and the files that count for nothing.

    A record counts if it is unchanged and if the run still has the status and the provenance that it was compared with.
    Records of other runs are left out. A damaged file is listed in every summary, because its run is unknown.
    """
    runs = tuple(dict.fromkeys(run_ids))
    counted, damaged = [], []
    for file in record_files(lab):
        try:
            made = _read(file)
            if made.run_id not in runs:
                continue
            if misfit := _misfit(lab, made) or _wrong_time(lab, made, clock()):
                raise InvalidReproduction(misfit)
            counted.append(made)
        except (InvalidReproduction, NotPlainFile, OSError) as error:
            problem = error.strerror if isinstance(error, OSError) else str(error)
            damaged.append(DamagedFile(file.relative_to(lab.root).as_posix(), problem or type(error).__name__))
    return Summary(runs, tuple(sorted(counted, key=lambda made: made.at)), tuple(damaged))


def record_files(lab: Lab) -> Sequence[Path]:
    """Return the files that claim to be records. If the folder is none or a link, return itself."""
    return list(_record_files(record_folder(lab)))


def _record_files(folder: Path) -> Iterator[Path]:
    try:
        if folder.is_symlink():
            yield folder
            return
        yield from sorted(file for file in folder.iterdir() if file.suffix == ".json" and file.name[0] != ".")
    except FileNotFoundError:
        return
    except OSError:
        yield folder


def _read(file: Path) -> Reproduction:
    from compiler.reproduction.record_text import decode  # imports pydantic, which a lab without records does not need

    made = decode(read_plain_file(file))
    if file.name != file_name(made):
        raise InvalidReproduction(f"is a copy of {file_name(made)}, or was renamed")
    return made


def _misfit(lab: Lab, made: Reproduction) -> str:
    """Return why a record does not fit the run in the store, "" if it fits."""
    if not lab.status(made.run_id).is_file():
        return f"run {made.run_id} is not in the run store, so it cannot be compared (proband restore)"
    if sha256_of_file(lab.status(made.run_id)) != made.status_sha256:
        return f"is about another training of run {made.run_id}, or its status.json was changed"
    provenance = lab.run(made.run_id) / "provenance.json"
    if (sha256_of_file(provenance) if provenance.is_file() else None) != made.recorded_provenance:
        return f"names another provenance.json than run {made.run_id} has"
    return ""


def _wrong_time(lab: Lab, made: Reproduction, now: datetime) -> str:
    """Return why the time of a record cannot be true, "" if it can."""
    if made.time > now + _CLOCK_TOLERANCE:
        return f"is from the future, {made.at} (set the clock of this machine)"
    status = read_complete_status(lab.status(made.run_id))
    try:
        completed_at = datetime.fromisoformat(status.completed_at or "") if status else made.time
        is_older = made.time < completed_at - _CLOCK_TOLERANCE
    except (ValueError, TypeError):
        return f"run {made.run_id} has no valid time in its status.json"
    return f"is older than the training of run {made.run_id}" if is_older else ""
