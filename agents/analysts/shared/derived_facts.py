"""Facts that an analyst makes: of series, of other facts, and of the constants its heuristics use."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

from agents.facts.builder import function_name
from agents.facts.fact import Fact, Source, Value
from agents.facts.series import Series
from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import ENGINE as _ENGINE


def series_fact(name: str, value: Value, unit: str, label: str, series: Series, function: Callable[..., Any]) -> Fact:
    """A fact about one run's series: `performance.run[seed=1].eval_loss.…`."""
    return Fact(name, _told(value), unit, 1, series.subject, label, series.source, function_name(function))


def derived_fact(
    name: str,
    value: Value,
    unit: str,
    label: str,
    subject: str,
    inputs: Sequence[Fact],
    function: Callable[..., Any],
) -> Fact:
    """A fact computed from others, at least one; where those were read tells the rest of the chain."""
    ids = tuple(each.id for each in inputs)
    return Fact(name, _told(value), unit, len(inputs), subject, label, inputs[0].source, function_name(function), ids)


def mean_fact(name: str, label: str, subject: str, inputs: Sequence[Fact]) -> Fact | None:
    """The mean over the inputs that could be measured, None where there is none."""
    usable = [each for each in inputs if isinstance(each.value, int | float)]
    if not usable:
        return None
    value = mean(float(each.value) for each in usable if each.value is not None)
    return derived_fact(name, value, usable[0].unit, label, subject, usable, mean_fact)


def difference(first: Fact, second: Fact) -> float | None:
    """First minus second, None where one of them was not measured."""
    if isinstance(first.value, int | float) and isinstance(second.value, int | float):
        return float(first.value) - float(second.value)
    return None


def mean_text(mean: Fact) -> str:
    """A mean as a template: of two runs both values stand, and of one its own; neither is called an average."""
    if mean.n == 2:
        return " and ".join(f"{{{{f:{name}}}}}" for name in mean.inputs)
    return f"{{{{f:{mean.id}}}}}" + (" on average" if mean.n > 2 else "")


def constant_fact(name: str, value: Value, unit: str, label: str, function: Callable[..., Any]) -> Fact:
    """A number that a heuristic was written with: its source is the code."""
    return Fact(
        name, value, unit, 1, "experiment", label, _code(function.__code__.co_filename), function_name(function)
    )


@cache
def _code(file: str) -> Source:
    path = Path(file).resolve()
    shown = path.relative_to(_ENGINE) if path.is_relative_to(_ENGINE) else Path(path.name)
    return Source(shown.as_posix(), sha256_of_file(path))


def _told(value: Value) -> Value:
    """JSON has no NaN and no infinity: what is not finite could not be measured."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
