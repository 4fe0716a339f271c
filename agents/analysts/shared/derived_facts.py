"""Build the facts that an analyst computes: from series, from other facts, and from the constants of its heuristics."""

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

Function = Callable[..., Any]


def series_fact(name: str, value: Value, unit: str, label: str, series: Series, function: Function) -> Fact:
    """Return a fact about the series of one run, such as `performance.run[seed=1].eval_loss.plateau`."""
    return Fact(name, _finite_or_none(value), unit, 1, series.subject, label, series.source, function_name(function))


def derived_fact(
    name: str, value: Value, unit: str, label: str, subject: str, inputs: Sequence[Fact], function: Function
) -> Fact:
    """Return a fact that is computed from one or more others. Its source is the source of its first input."""
    ids, source = tuple(fact.id for fact in inputs), inputs[0].source
    value = _finite_or_none(value)
    return Fact(name, value, unit, len(inputs), subject, label, source, function_name(function), ids)


def mean_fact(name: str, label: str, subject: str, inputs: Sequence[Fact]) -> Fact | None:
    """Return the mean of the inputs that have a number, None if there are none."""
    usable = [fact for fact in inputs if isinstance(fact.value, int | float)]
    if not usable:
        return None
    value = mean(float(fact.value) for fact in usable if fact.value is not None)
    return derived_fact(name, value, usable[0].unit, label, subject, usable, mean_fact)


def difference(first: Fact, second: Fact) -> float | None:
    """Return first minus second, None if one of them has no number."""
    if isinstance(first.value, int | float) and isinstance(second.value, int | float):
        return float(first.value) - float(second.value)
    return None


def constant_fact(name: str, value: Value, unit: str, label: str, function: Function) -> Fact:
    """Return a constant of a heuristic. Its source is the code of the function that uses it."""
    source = _code_source(function.__code__.co_filename)
    return Fact(name, value, unit, 1, "experiment", label, source, function_name(function))


def mean_text(mean: Fact) -> str:
    """Return the template of a mean over runs: both values of two runs, and "on average" only for more than two."""
    if mean.n == 2:
        return " and ".join(f"{{{{f:{name}}}}}" for name in mean.inputs)
    return f"{{{{f:{mean.id}}}}}" + (" on average" if mean.n > 2 else "")


@cache
def _code_source(file: str) -> Source:
    """Return a code file as source. A file of the engine is named by its path in the engine."""
    path = Path(file).resolve()
    name = path.relative_to(_ENGINE) if path.is_relative_to(_ENGINE) else Path(path.name)
    return Source(name.as_posix(), sha256_of_file(path))


def _finite_or_none(value: Value) -> Value:
    """Return None for NaN and infinities, which JSON does not have."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
