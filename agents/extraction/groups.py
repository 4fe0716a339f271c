"""Runs of equal settings, seeds apart: arms of the registered test, and cells of the whole sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.extraction.evidence import RunFiles
from agents.extraction.measurements import metrics, value
from agents.facts.ids import label, level_key

SEED = "seed"


@dataclass(frozen=True)
class Group:
    """`runs` are different runs: a run that several points name is one piece of evidence."""

    levels: Mapping[str, Any]
    level: str  # in words: a label where one factor is compared, else pairs
    runs: tuple[RunFiles, ...]

    @property
    def words(self) -> str:
        """`with model.lr=0.01`; nothing where no setting tells runs apart."""
        return f" with {level_key(self.levels)}" if self.levels else ""

    def usable(self, metric: str | None) -> tuple[RunFiles, ...]:
        """Those that completed with a finite value; without a metric, those that completed."""
        return tuple(run for run in self.runs if (run.is_completed if metric is None else _has(run, metric)))


def arms(runs: Sequence[RunFiles], compare: Mapping[str, Any] | None) -> tuple[Group, ...]:
    """By the level of the compared factor, else by all that was swept. A run that sets no factor is in no arm."""
    if not compare:
        return cells(runs)
    factor = compare["factor"]
    placed = [(run, {factor: run.overrides[factor]}) for run in runs if factor in run.overrides]
    return _grouped(placed, lambda levels: label(levels[factor]))


def cells(runs: Sequence[RunFiles]) -> tuple[Group, ...]:
    """By every swept setting but the seed."""
    placed = [(run, {key: one for key, one in run.overrides.items() if key != SEED}) for run in runs]
    return _grouped(placed, level_key)


def was_measured(groups: Iterable[Group], metric: str) -> bool:
    """Whether any run wrote the metric, finite or not. An experiment without a test may be about no metric."""
    return any(metric in metrics(run) for group in groups for run in group.runs)


def swept(runs: Sequence[RunFiles]) -> tuple[str, ...]:
    return tuple(sorted({key for run in runs for key in run.overrides if key != SEED}))


def _grouped(
    placed: Sequence[tuple[RunFiles, Mapping[str, Any]]], words: Callable[[Mapping[str, Any]], str]
) -> tuple[Group, ...]:
    found: dict[tuple[tuple[str, str], ...], tuple[Mapping[str, Any], dict[str, RunFiles]]] = {}
    for run, levels in placed:
        key = tuple((name, label(levels[name])) for name in sorted(levels))
        found.setdefault(key, (levels, {}))[1].setdefault(run.run_id, run)
    return tuple(Group(levels, words(levels), tuple(members.values())) for levels, members in found.values())


def _has(run: RunFiles, metric: str) -> bool:
    return value(run, metric) is not None
