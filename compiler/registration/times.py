"""Compare the times of runs with those of registrations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunTimes:
    """The start and the end of a run in its status, None if the status has no such time."""

    started_at: str | None
    completed_at: str | None

    def are_within(self, after: str, before: str | None) -> bool:
        """Return whether the run started after one time and ended before another. An unreadable time is not within."""
        start, end, first = moment(self.started_at), moment(self.completed_at), moment(after)
        if start is None or end is None or first is None or not first < start <= end:
            return False
        return before is None or ((last := moment(before)) is not None and end < last)


def moment(text: str | None) -> datetime | None:
    """Return a time in ISO format; None if it is missing, invalid or without a zone."""
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return time if time.tzinfo is not None else None
