"""Second pass: expand the sweep of a spec to points, and read the space of its search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys
from compiler.composing.overrides import override_key
from compiler.composing.setting import Setting
from compiler.experiment.problem_log import ProblemLog
from compiler.runs.toolchain import Toolchain
from compiler.sweep.points import Point, sweep_points
from compiler.sweep.search import repeated_key_problems
from compiler.sweep.search_space import SearchedKey, search_space


@dataclass(frozen=True)
class ExpandedSweep:
    """The points of the sweep, and the keys that the search varies. A search trains each trial at every point."""

    points: tuple[Point, ...]
    space: tuple[SearchedKey, ...]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys that differ between runs."""
        settings = {setting.key for point in self.points for setting in point.settings}
        return frozenset(settings | {searched.key for searched in self.space})

    @property
    def first_choices(self) -> tuple[str, ...]:
        """The overrides that choose the configs of groups at the first point."""
        return self.points[0].choices if self.points else ()

    @cached_property
    def first_values(self) -> tuple[Setting, ...]:
        """One value of each key that the sweep or the search sets."""
        return (*(self.points[0].values if self.points else ()), *(searched.sample for searched in self.space))


def expand_sweep(fields: Mapping[str, Any], tools: Toolchain, log: ProblemLog) -> ExpandedSweep:
    """Return the points of a sweep and the space of a search. Their problems are added to `log`."""
    points = _points(fields.get("sweep", {}), tools, log)
    return ExpandedSweep(points, _space(fields.get("search"), points, tools, log))


def _points(sweep: Any, tools: Toolchain, log: ProblemLog) -> tuple[Point, ...]:
    if not isinstance(sweep, Mapping):
        return ()  # the schema reports it
    log.add(_overridden_keys(sweep, ("experiment", "sweep"), "is swept, and set by an override of this build", tools))
    with log.collecting():
        return sweep_points(sweep, tools.composer)
    return ()


def _space(search: Any, points: tuple[Point, ...], tools: Toolchain, log: ProblemLog) -> tuple[SearchedKey, ...]:
    if not isinstance(search, Mapping) or not isinstance(search.get("space"), Mapping):
        return ()  # the schema reports it
    key_path, message = ("experiment", "search", "space"), "is searched, and set by an override of this build"
    log.add(_overridden_keys(search["space"], key_path, message, tools))
    space: tuple[SearchedKey, ...] = ()
    with log.collecting():
        space = search_space(search["space"], search.get("sampler"), tools.composer)
    log.add(repeated_key_problems(space, points))
    return space


def _overridden_keys(keys: Iterable[Any], key_path: Keys, message: str, tools: Toolchain) -> list[Problem]:
    overrides = {override_key(text) for text in tools.overrides}
    return [Problem((*key_path, key), message) for key in sorted(overrides & set(map(str, keys)))]
