"""The priority of a job: the order of its words."""

from __future__ import annotations

from typing import Literal, get_args

Priority = Literal["critical", "high", "medium", "low"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)  # the most urgent first
DEFAULT: Priority = "medium"


def parse_priority(value: object) -> Priority | None:
    """Return a value as a priority. None if it is not one of the four words."""
    return next((priority for priority in PRIORITIES if value == priority), None)


def rank(priority: Priority) -> int:
    """Return the position of a priority. A job with a lower number is started first."""
    return PRIORITIES.index(priority)
