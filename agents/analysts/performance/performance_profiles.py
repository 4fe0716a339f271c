"""Draw the performance profiles of the arms over the blocks of the registered test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from agents.analysis.analysis_schema import Finding
from agents.analysts.performance.aggregates_table import TABLE, aggregates_table
from agents.analysts.shared.arm_runs import ArmRuns, prominent
from agents.analysts.shared.derived_facts import derived_fact
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.documents.document import Figure
from agents.facts.fact import Fact
from agents.facts.ids import label
from agents.facts.subject import run_subject
from agents.figures.performance_profile import draw_profiles
from agents.registered_test.comparison import Comparison
from agents.registered_test.observation import settings_text
from agents.statistics import Profile, performance_profile

NAME = "performance_profiles"
_THRESHOLDS = 201
_LEVEL, _BLOCKS = "performance.profiles.level", "performance.profiles.blocks"
_PAPER = "agarwal2021deep"


def performance_profiles(case: Case, arms: Sequence[ArmRuns], figures: Path) -> Part:
    """Return the figure of the profiles, nothing if the test compares the arms within no more than one block."""
    comparison = case.results.comparison
    if comparison is None:
        return Part()
    tasks_by_arm = {arm.name: _values_by_block(case, comparison, arm) for arm in prominent(case, arms)}
    tasks_by_arm = {name: tasks for name, tasks in tasks_by_arm.items() if tasks}
    blocks = {block for tasks in tasks_by_arm.values() for block in tasks}
    if len(blocks) < 2:
        return Part()
    profiles = _profiles(comparison, [(name, list(tasks.values())) for name, tasks in tasks_by_arm.items()])
    is_above = comparison.test.goal == "maximize"
    draw_profiles(figures, NAME, comparison.test.metric, profiles, is_above=is_above)
    facts = _facts(case, comparison, len(blocks))
    text = f"{{{{ref:{NAME}}}}} shows the performance profiles of the arms over {{{{f:{_BLOCKS}}}}} blocks of runs."
    tables = aggregates_table(case)
    if tables:
        text += f" {{{{ref:{TABLE}}}}} lists their interquartile means."
    finding = Finding(id=NAME, text=text, facts=(_BLOCKS,))
    has_band = any(profile.low is not None for profile in profiles.values())
    return Part(facts, (finding,), tables=tables, figures=(_figure(case, is_above, has_band),))


def _values_by_block(case: Case, comparison: Comparison, arm: ArmRuns) -> dict[str, list[float | None]]:
    """Return the values of the runs of an arm in each block, None for a failed run that counts as the worst one."""
    metric, settings = comparison.test.metric, dict(_settings(case, comparison))
    values: dict[str, list[float | None]] = {}
    for run in arm.runs:
        fact = case.book.facts.get(f"{run}.{metric}")
        value = float(fact.value) if fact is not None and isinstance(fact.value, int | float) else None
        if settings.get(run) and (value is not None or comparison.test.on_failure != "exclude"):
            values.setdefault(settings[run], []).append(value)
    return values


def _settings(case: Case, comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield each run with its settings of the blocking keys, empty without such keys."""
    for point in case.points:
        settings = {key: label(point.overrides[key]) for key in comparison.test.block if key in point.overrides}
        yield str(run_subject(point.name)), settings_text(settings, comparison.test.block)


def _profiles(
    comparison: Comparison, arms: Sequence[tuple[str, Sequence[Sequence[float | None]]]]
) -> Mapping[str, Profile]:
    """Return the profile of each arm. For a metric that is to be minimized, the shares are those of smaller values."""
    sign = 1.0 if comparison.test.goal == "maximize" else -1.0
    observed = [sign * value for _, tasks in arms for task in tasks for value in task if value is not None]
    margin = 0.05 * (max(observed) - min(observed)) if len(set(observed)) > 1 else 1.0
    thresholds = np.linspace(min(observed) - margin, max(observed) + margin, _THRESHOLDS)
    failed = float(thresholds[0]) - margin
    profiles = {}
    for name, tasks in arms:
        samples = [[failed if value is None else sign * value for value in task] for task in tasks]
        profile = performance_profile(samples, list(thresholds), level=1 - comparison.alpha)
        profiles[name] = profile if sign > 0 else _mirrored(profile)
    return profiles


def _mirrored(profile: Profile) -> Profile:
    """Return the profile of negated values over the thresholds of the values themselves, in ascending order."""
    low, high = (None if band is None else band[::-1] for band in (profile.low, profile.high))
    return Profile(tuple(-value for value in profile.thresholds[::-1]), profile.shares[::-1], low, high)


def _facts(case: Case, comparison: Comparison, blocks: int) -> tuple[Fact, ...]:
    metric, alpha = (case.book.facts[name] for name in ("test.metric", "test.alpha"))
    settings = f"number of settings of {', '.join(comparison.test.block)}"
    return (
        derived_fact(_BLOCKS, blocks, "count", settings, "experiment", [metric], performance_profiles),
        derived_fact(
            _LEVEL, 1 - comparison.alpha, "", "level of pointwise bands", "experiment", [alpha], performance_profiles
        ),
    )


def _figure(case: Case, is_above: bool, has_band: bool) -> Figure:
    side = "above" if is_above else "below"
    caption = (
        "Performance profiles: the share of the runs of an arm, over all blocks, whose {{f:test.metric}} is "
        f"{side} the value on the horizontal axis. "
    )
    if has_band:
        caption += f"Bands are pointwise confidence bands at level {{{{f:{_LEVEL}}}}}, by resampling runs in blocks."
    else:
        caption += "There are too few runs in a block for confidence bands."
    if _PAPER in case.book.library:
        caption += f" The definition is that of {{{{cite:{_PAPER}}}}}."
    alt = "A descending step line for each arm." if is_above else "An ascending step line for each arm."
    return Figure(id=NAME, path=f"{NAME}.png", caption=caption, alt=alt)
