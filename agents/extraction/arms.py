"""Compute the facts of arms and cells over their runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agents.extraction.groups import Group, was_measured
from agents.extraction.measurements import finite_value, metrics, system_metrics
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Source
from agents.facts.subject import arm_subject, cell_subject, run_subject
from agents.facts.units import unit_of
from agents.statistics import describe, rounding

_STATISTICS = {"mean": "mean", "sd": "standard deviation", "min": "minimum", "max": "maximum"}


def arm_facts(arms: Sequence[Group], metric: str, source: Source) -> Iterator[Fact]:
    """Yield facts of every metric for each arm. `source` is the file that gives the settings of the runs."""
    names = sorted({name for arm in arms for run in arm.runs for name in metrics(run)} | {metric})
    required_metric = metric if was_measured(arms, metric) else None
    for arm in arms:
        builder = FactBuilder.about(arm_subject(arm.levels), source, arm_facts)
        yield builder.fact("level", arm.level, "level", f"level of the runs{arm.with_setting}", n=len(arm.runs))
        yield from _counts(builder, arm, required_metric)
        for name in names:
            yield from summary(builder, arm, name)
        yield from _costs(builder, arm)
        yield from _constant_runs(builder, arm, metric)


def cell_facts(cells: Sequence[Group], metric: str, source: Source) -> Iterator[Fact]:
    """Yield facts of `metric` for each cell."""
    required_metric = metric if was_measured(cells, metric) else None
    for cell in cells:
        builder = FactBuilder.about(cell_subject(cell.levels), source, cell_facts)
        yield from _counts(builder, cell, required_metric)
        yield from summary(builder, cell, metric)


def summary(builder: FactBuilder, group: Group, metric: str, prefix: str = "") -> Iterator[Fact]:
    """Yield mean, sd and extremes over the runs with a finite value. The sd needs two runs.

    `prefix` is prepended to the subject of each run in the ids of the inputs.
    """
    values = {f"{prefix}{run_subject(run.point)}.{metric}": finite_value(run, metric) for run in group.runs}
    finite = {fact_id: value for fact_id, value in values.items() if value is not None}
    description = describe(list(finite.values())) if finite else None
    scope = f"{group.with_setting}, over {len(finite)} of {len(group.runs)} run(s)"
    for name, phrase in _STATISTICS.items():
        yield builder.fact(
            f"{metric}.{name}",
            getattr(description, name) if description else None,
            unit_of(metric),
            f"{phrase} of {metric}{scope}",
            n=len(finite),
            inputs=finite,
            function=describe if description else None,
        )


def _counts(builder: FactBuilder, group: Group, metric: str | None) -> Iterator[Fact]:
    n = len(group.usable(metric))
    condition = f"completed with a finite {metric}" if metric else "completed"
    yield builder.fact("n", n, "runs", f"runs{group.with_setting} that {condition}", n=n)
    failed = len(group.runs) - n
    yield builder.fact("failed", failed, "runs", f"runs{group.with_setting} that failed", n=len(group.runs))


def _costs(builder: FactBuilder, group: Group) -> Iterator[Fact]:
    """Yield the mean duration and resource usage of the completed runs."""
    completed = [run for run in group.runs if run.is_completed]
    seconds = {run.point: run.seconds for run in completed}
    yield from _mean(builder, group, "seconds", seconds)
    for name in sorted({name for run in completed for name in system_metrics(run)}):
        values = {run.point: system_metrics(run).get(name, (None,))[0] for run in completed}
        yield from _mean(builder, group, f"system.{name}", values)


def _mean(builder: FactBuilder, group: Group, name: str, values: Mapping[str, float | None]) -> Iterator[Fact]:
    measured = {point: float(value) for point, value in values.items() if value is not None}
    if measured:
        metric, mean = name.removeprefix("system."), describe(list(measured.values())).mean
        label = f"mean of {metric}{group.with_setting}, over {len(measured)} completed run(s)"
        inputs = [f"{run_subject(point)}.{name}" for point in measured]
        yield builder.fact(
            f"{name}.mean", mean, unit_of(metric), label, n=len(measured), inputs=inputs, function=describe
        )


def _constant_runs(builder: FactBuilder, arm: Group, metric: str) -> Iterator[Fact]:
    """Yield a warning if all runs of an arm gave the same value."""
    usable = arm.usable(metric)
    values = [value for run in usable if (value := finite_value(run, metric)) is not None]
    if len(values) > 1 and max(values) - min(values) <= rounding(values):
        text = f"all {len(values)} runs gave {values[0]:.4g}: seeds may not be in effect"
        inputs = [f"{run_subject(run.point)}.{metric}" for run in usable]
        label = f"warning about the runs{arm.with_setting}"
        yield builder.fact("oddity", text, "text", label, n=len(values), inputs=inputs)
