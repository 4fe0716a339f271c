"""Compare what a tracked run contains with what the training logged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

from lightning_modules.checks.tracked_run.expected_run import ExpectedRun

_SHOWN = 3  # differences of a kind; a run can have hundreds
_MAX_VALUE = 60  # characters


def row_differences(expected: Mapping[str, int], rows: Mapping[str, int], metrics: Sequence[str]) -> Iterator[str]:
    """Yield the metrics whose number of rows differs from that of the history of the run."""
    missing = [name for name in metrics if not row_count(rows, name)]
    if missing:
        yield f"the history lacks {', '.join(missing)}"
    for name in metrics:
        count = row_count(rows, name)
        if name not in missing and name in expected and count != expected[name]:
            yield f"the history has {count} rows of {name}, and the training logged {expected[name]}"


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


def row_count(rows: Mapping[str, int], name: str) -> int:
    """Return the number of rows. Lightning renames a metric that is logged per step and per epoch to `x_step`."""
    return rows.get(name, 0) or rows.get(f"{name}_step", 0)


def row_counts(rows: Mapping[str, int], metrics: Sequence[str]) -> str:
    """Return the number of rows of each metric, as the end of a sentence."""
    return "".join(f", {name} in {row_count(rows, name)} rows" for name in metrics)


def _differing(logged: Mapping[str, Any], received: Mapping[str, Any]) -> list[str]:
    absent = object()
    return sorted(
        key
        for key in logged.keys() | received.keys()
        if not _is_equal(logged.get(key, absent), received.get(key, absent))
    )


def _difference(key: str, logged: Mapping[str, Any], received: Mapping[str, Any]) -> str:
    return f"{key} is {_text(received, key)}, and {_text(logged, key)} was logged"


def _text(values: Mapping[str, Any], key: str) -> str:
    return json.dumps(values[key])[:_MAX_VALUE] if key in values else "missing"


def _limited(kind: str, differences: Sequence[str]) -> Iterator[str]:
    if differences:
        more = f" and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
        yield f"{kind}: {'; '.join(differences[:_SHOWN])}{more}"


def _flat(node: Any, prefix: str = "") -> dict[str, Any]:
    """Return the values of nested mappings by their dotted keys. An empty mapping is a value."""
    if not isinstance(node, Mapping) or not node:
        return {prefix: node} if prefix else {}
    return {
        key: value
        for name, child in node.items()
        for key, value in _flat(child, f"{prefix}.{name}" if prefix else str(name)).items()
    }


def _is_equal(logged: Any, received: Any) -> bool:
    """Return whether two values of JSON are equal. W&B writes NaN and the infinities as text."""
    if isinstance(logged, list | tuple) and isinstance(received, list | tuple):
        return len(logged) == len(received) and all(map(_is_equal, logged, received))
    numbers = [_number(value) for value in (logged, received)]
    if None not in numbers and not all(isinstance(value, str) for value in (logged, received)):
        return numbers[0] == numbers[1] or all(isnan(number or 0.0) for number in numbers)
    return bool(logged == received) and isinstance(logged, bool) == isinstance(received, bool)


def _number(value: Any) -> float | int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else None
