"""Name the files of decisions, and list those in a lab."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.paths import Lab
from lab.approvals.decision import Decision

BEGINNING = datetime.min.replace(tzinfo=UTC)
_TIME = "%Y%m%dT%H%M%S.%fZ"
_SUFFIXES = frozenset({".yaml", ".yml"})
_MAX_SUBJECT = 120  # characters of the first subject in a file name


def file_name(decision: Decision) -> str:
    """Return the name of the decision's file: time, outcome and first subject."""
    subject = decision.subjects[0]
    first = f"{subject.kind}-{subject.name}".replace("/", "-")[:_MAX_SUBJECT]
    return f"{decision.time.strftime(_TIME)}-{decision.outcome}-{first}.yaml"


def decision_paths(lab: Lab) -> Sequence[Path]:
    """Return the files that claim to be decisions, in their order. If the folder is none or a link, return itself."""
    folder = lab.approvals
    if folder.is_symlink():
        return [folder]
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES and file.name[0] != ".")
    except FileNotFoundError:
        return []
    except OSError:
        return [folder]


def latest_time(lab: Lab, limit: datetime) -> datetime:
    """Return the latest time in the names of the files. A time after `limit` is a forgery and does not count."""
    times = (_time(file.name) for file in decision_paths(lab))
    return max((time for time in times if time <= limit), default=BEGINNING)


def _time(name: str) -> datetime:
    try:
        return datetime.strptime(name.partition("-")[0], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return BEGINNING
