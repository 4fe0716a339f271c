"""Compare what a tracked run contains with what the training logged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import isclose, isnan
from typing import Any

from lightning_modules.checks.tracked_run.expected_run import ExpectedRun

_MAX_LISTED = 3  # differences of a kind; a run can have hundreds
_MAX_VALUE = 60  # characters
_TOLERANCE = 1e-6  # relative, of a metric; a server may store or format numbers with less precision
_CONFIG_TOLERANCE = 1e-15  # a setting is exact, because a small difference can be another run, such as another seed


Values = Mapping[str, Sequence[Any]]  # of each metric, in the order of the steps


def row_differences(expected: Values, received: Values, metrics: Sequence[str]) -> Iterator[str]:
    """Yield the metrics whose rows differ from those of the history of the run: their number, else the first value."""
    missing = [name for name in metrics if not values_of(received, name)]
    if missing:
        yield f"the history lacks {', '.join(missing)}"
    for name in metrics:
        values, logged = values_of(received, name), expected.get(name, ())
        if name in missing or not logged:
            continue
        if len(values) != len(logged):
            yield f"the history has {len(values)} rows of {name}, and the training logged {len(logged)}"
        else:
            wrong = [row for row, pair in enumerate(zip(logged, values, strict=True)) if not _is_equal(*pair)]
            if wrong:
                difference = f"{name} is {str(values[wrong[0]])[:_MAX_VALUE]} in row {wrong[0]}"
                yield f"{difference}, and {logged[wrong[0]]} was logged ({len(wrong)} rows differ)"


def config_differences(expected: ExpectedRun, config: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of the config that are missing, added or have another value."""
    logged, received = _flat(expected.config), _flat({key: value for key, value in config.items() if key[:1] != "_"})
    yield from _limited("config", [_difference(key, logged, received) for key in _differing(logged, received)])


def summary_differences(expected: ExpectedRun, summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield the metrics of metrics.json that the summary lacks, or has with another value.

    The summary contains other values as well, such as the last value of each metric of the history.
    """
    wrong = [name for name, value in expected.summary.items() if not _is_equal(value, summary.get(name))]
    yield from _limited("summary", [_difference(name, expected.summary, summary) for name in sorted(wrong)])


def values_of(values: Values, name: str) -> Sequence[Any]:
    """Return the values of a metric. Lightning renames a metric that is logged per step and per epoch to `x_step`."""
    return values.get(name) or values.get(f"{name}_step") or ()


def row_counts(values: Values, metrics: Sequence[str]) -> str:
    """Return the number of rows of each metric, as the end of a sentence."""
    return "".join(f", {name} in {len(values_of(values, name))} rows" for name in metrics)


def _differing(logged: Mapping[str, Any], received: Mapping[str, Any]) -> list[str]:
    absent = object()
    return sorted(
        key
        for key in logged.keys() | received.keys()
        if not _is_equal(logged.get(key, absent), received.get(key, absent), _CONFIG_TOLERANCE)
    )


def _difference(key: str, logged: Mapping[str, Any], received: Mapping[str, Any]) -> str:
    return f"{key} is {_text(received, key)}, and {_text(logged, key)} was logged"


def _text(values: Mapping[str, Any], key: str) -> str:
    return json.dumps(values[key])[:_MAX_VALUE] if key in values else "missing"


def _limited(kind: str, differences: Sequence[str]) -> Iterator[str]:
    if differences:
        more = f" and {len(differences) - _MAX_LISTED} more" if len(differences) > _MAX_LISTED else ""
        yield f"{kind}: {'; '.join(differences[:_MAX_LISTED])}{more}"


def _flat(node: Any, prefix: str = "") -> dict[str, Any]:
    """Return the values of nested mappings by their dotted keys. An empty mapping is a value."""
    if not isinstance(node, Mapping) or not node:
        return {prefix: node} if prefix else {}
    return {
        key: value
        for name, child in node.items()
        for key, value in _flat(child, f"{prefix}.{name}" if prefix else str(name)).items()
    }


def _is_equal(logged: Any, received: Any, tolerance: float = _TOLERANCE) -> bool:
    """Return whether two values of JSON are equal. W&B writes NaN and the infinities as text."""
    if isinstance(logged, list | tuple) and isinstance(received, list | tuple):
        return len(logged) == len(received) and all(map(partial(_is_equal, tolerance=tolerance), logged, received))
    numbers = [_number(value) for value in (logged, received)]
    if None not in numbers and not all(isinstance(value, str) for value in (logged, received)):
        if all(isinstance(number, int) for number in numbers):
            return bool(logged == received)
        first, second = float(numbers[0] or 0), float(numbers[1] or 0)
        return isclose(first, second, rel_tol=tolerance) or (isnan(first) and isnan(second))
    return bool(logged == received) and isinstance(logged, bool) == isinstance(received, bool)


def _number(value: Any) -> float | int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else None
