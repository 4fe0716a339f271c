"""What one key of a job sets: what its row names, and what a case adds to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from lab.intake.mapping.row import VALUE, Case, Row

Options = Callable[[str], list[str]]  # returns the names of the configs of a group


@dataclass(frozen=True)
class Effect:
    """Choices by group and values by dotted config key. What is implied is replaced by what another key sets."""

    choices: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    implied_choices: dict[str, str] = field(default_factory=dict)
    implied_settings: dict[str, Any] = field(default_factory=dict)


def effect_of(row: Row, value: Any, options: Options, lab: Path) -> Effect | None:
    """Return the effect of a value, or None if it is neither a config of the row's group nor one of its cases.

    A config of the group is preferred to a case. The case then still chooses the configs of other groups.
    """
    if row.path is not None:
        return Effect(settings={row.path: value})
    case = next((case for case in row.cases if _applies(case, value, lab)), None)
    chosen = dict(case.choose) if case else {}
    own = {group: chosen.pop(group) for group in tuple(chosen) if group == row.group}
    if row.group is not None and value in options(row.group):
        return Effect({row.group: value}, implied_choices=chosen)
    if case is None:
        return None
    settings = {key: value if setting == VALUE else setting for key, setting in case.set.items()}
    return Effect(own, implied_choices=chosen, implied_settings=settings)


def _applies(case: Case, value: Any, lab: Path) -> bool:
    text = str(value)
    return any(fnmatchcase(text, pattern) for pattern in case.like) or (case.folder and (lab / text).is_dir())
