"""Names of jobs: `job_20261128T150312.000417Z.json`. The order of the names is the order of submission."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

SUFFIXES = (".yaml", ".json")
_NAME = re.compile(r"job_(\d{8}T\d{6}\.\d{6}Z)\.(?:yaml|json)", re.ASCII)
_FORMAT = "%Y%m%dT%H%M%S.%fZ"
_END = datetime(2100, 1, 1, tzinfo=UTC)  # a later time is a mistake, after which no later name would be possible


def submission_time(name: str) -> datetime | None:
    """Return the time in the name of a job. None if the name is not that of a job."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        time = datetime.strptime(match[1], _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return time if time < _END else None


def is_job_name(name: str) -> bool:
    return submission_time(name) is not None


def next_name(existing: Iterable[str], now: datetime, suffix: str) -> str:
    """Return a name that sorts after all existing names, also if the clock was set back or has not advanced.

    Raises:
        ValueError: `suffix` is not `.yaml` or `.json`, or an existing name is the last one that is possible.
    """
    if suffix not in SUFFIXES:
        raise ValueError(f"a job is a .yaml or .json file, got '{suffix}'")
    times = [time for name in existing if (time := submission_time(name)) is not None]
    latest = max(times, default=None)
    time = now.astimezone(UTC)
    if latest is not None and time <= latest:
        time = latest + timedelta(microseconds=1)
    if time >= _END:  # a job with this name would be no job
        raise ValueError(f"no name is possible after that of a job submitted at {latest} (delete this job)")
    return f"job_{time.strftime(_FORMAT)}{suffix}"


def stem(name: str) -> str:
    """Return the name of a job without its suffix."""
    return name.rpartition(".")[0]
