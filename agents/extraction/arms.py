"""Facts of arms and cells: what their runs gave together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.extraction.groups import Group, was_measured
from agents.extraction.measurements import metrics, system_metrics, value
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Source
from agents.facts.subject import arm_subject, cell_subject, run_subject
from agents.facts.units import unit_of
from agents.statistics import describe, rounding


def arm_facts(arms: Sequence[Group], metric: str, source: Source) -> Iterator[Fact]:
    """`source` is the file that says which runs have which settings; the values are those of the facts named."""
    names = sorted({name for arm in arms for run in arm.runs for name in metrics(run)} | {metric})
    counted = metric if was_measured(arms, metric) else None
    for arm in arms:
        subject = arm_subject(arm.levels)
        about = FactBuilder.about(subject, source, arm_facts)
        yield about.fact("level", arm.level, "level", f"level of the runs{arm.words}", n=len(arm.runs))
        yield from _counts(about, arm, counted)
        for name in names:
            yield from summary(about, arm, name)
        yield from _costs(about, arm)
        yield from _oddity(about, arm, metric)


def cell_facts(cells: Sequence[Group], metric: str, source: Source) -> Iterator[Fact]:
    counted = metric if was_measured(cells, metric) else None
    for cell in cells:
        subject = cell_subject(cell.levels)
        about = FactBuilder.about(subject, source, cell_facts)
        yield from _counts(about, cell, counted)
        yield from summary(about, cell, metric)


def summary(about: FactBuilder, group: Group, metric: str, prefix: str = "") -> Iterator[Fact]:
    """Mean, sd and extremes over the runs with a finite value; sd from two of them on.

    `prefix` goes before the ids of the runs' facts.
    """
    values = {f"{prefix}{run_subject(run.point)}.{metric}": value(run, metric) for run in group.runs}
    finite = {name: one for name, one in values.items() if one is not None}
    found = describe(list(finite.values())) if finite else None
    over = f"{group.words}, over {len(finite)} of {len(group.runs)} run(s)"
    for name, word in (("mean", "mean"), ("sd", "standard deviation"), ("min", "minimum"), ("max", "maximum")):
        yield about.fact(
            f"{metric}.{name}",
            getattr(found, name) if found else None,
            unit_of(metric),
            f"{word} of {metric}{over}",
            n=len(finite),
            inputs=finite,
            function=describe if found else None,
        )


def _counts(about: FactBuilder, group: Group, metric: str | None) -> Iterator[Fact]:
    n = len(group.usable(metric))
    how = f"completed with a finite {metric}" if metric else "completed"
    yield about.fact("n", n, "runs", f"runs{group.words} that {how}", n=n)
    yield about.fact("failed", len(group.runs) - n, "runs", f"runs{group.words} that did not", n=len(group.runs))


def _costs(about: FactBuilder, group: Group) -> Iterator[Fact]:
    completed = [run for run in group.runs if run.is_completed]
    seconds = {run.point: run.status.content.get("duration_seconds") for run in completed}
    yield from _mean(
        about, group.words, "seconds", {point: float(one) for point, one in seconds.items() if one is not None}
    )
    for name in sorted({name for run in completed for name in system_metrics(run)}):
        found = {run.point: system_metrics(run).get(name, (None,))[0] for run in completed}
        values = {point: float(one) for point, one in found.items() if one is not None}
        yield from _mean(about, group.words, f"system.{name}", values)


def _mean(about: FactBuilder, words: str, name: str, values: dict[str, float]) -> Iterator[Fact]:
    if values:
        inputs = [f"{run_subject(point)}.{name}" for point in values]
        metric, mean = name.removeprefix("system."), describe(list(values.values())).mean
        label = f"mean of {metric}{words}, over {len(values)} completed run(s)"
        yield about.fact(f"{name}.mean", mean, unit_of(metric), label, n=len(values), inputs=inputs, function=describe)


def _oddity(about: FactBuilder, arm: Group, metric: str) -> Iterator[Fact]:
    usable = arm.usable(metric)
    values = [one for run in usable if (one := value(run, metric)) is not None]
    if len(values) > 1 and max(values) - min(values) <= rounding(values):
        text = f"all {len(values)} runs gave {values[0]:.4g}: seeds may not be in effect"
        inputs = [f"{run_subject(run.point)}.{metric}" for run in usable]
        yield about.fact("oddity", text, "text", f"what is odd about the runs{arm.words}", n=len(values), inputs=inputs)
