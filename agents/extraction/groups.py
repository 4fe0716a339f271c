"""Group runs into arms, by the factor of the registered test, and into cells, by all swept settings but the seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.extraction.evidence import RunFiles
from agents.extraction.measurements import finite_value, metrics
from agents.facts.ids import label, level_key
from agents.registered_test.runs_by_arm import runs_by_arm
from compiler.base.seed import SEED


@dataclass(frozen=True)
class Group:
    """Different runs with the same settings. `level` is the level of the factor, or the settings as text."""

    levels: Mapping[str, Any]
    level: str
    runs: tuple[RunFiles, ...]

    @property
    def with_setting(self) -> str:
        """Return ` with model.lr=0.01`, and an empty string if nothing but the seed differs between runs."""
        return f" with {level_key(self.levels)}" if self.levels else ""

    def usable(self, metric: str | None) -> tuple[RunFiles, ...]:
        """Return the completed runs with a finite value of the metric. Without a metric, return all completed runs."""
        if metric is None:
            return tuple(run for run in self.runs if run.is_completed)
        return tuple(run for run in self.runs if finite_value(run, metric) is not None)


def arms(runs: Sequence[RunFiles], factor: str | None) -> tuple[Group, ...]:
    """Group by level of the factor, without a factor by all swept settings but the seed."""
    groups = runs_by_arm(runs, factor, overrides=lambda run: run.overrides, run_id=lambda run: run.run_id)
    return tuple(
        Group(group.levels, label(group.levels[factor]) if factor else level_key(group.levels), group.runs)
        for group in groups
    )


def cells(runs: Sequence[RunFiles]) -> tuple[Group, ...]:
    """Group by all swept settings but the seed."""
    return arms(runs, factor=None)


def was_measured(groups: Iterable[Group], metric: str) -> bool:
    """Check whether any run logged the metric, finite or not. An experiment without a test may have no metric."""
    return any(metric in metrics(run) for group in groups for run in group.runs)


def swept_keys(runs: Sequence[RunFiles]) -> tuple[str, ...]:
    return tuple(sorted({key for run in runs for key in run.overrides if key != SEED}))
