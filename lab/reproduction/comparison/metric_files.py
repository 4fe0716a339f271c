"""Compare the metrics of two trainings: final values in JSON files, and logged values in `history.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from compiler.base.json_files import read_json
from compiler.base.nested import flat
from lab.reproduction.comparison.deviation import Deviation, FileComparison
from lightning_modules.recording.history import LoggedValue, read_history
from rules.verification.tolerance import Tolerance

_FORMAT = frozenset({"schema_version"})  # keys that are no results
_MISSING = object()


def compare_json(recorded: Path, repeated: Path, tolerance: Tolerance) -> FileComparison:
    """Compare every value of two JSON files. Texts, counts and flags must be equal."""
    old, new = flat(read_json(recorded)), flat(read_json(repeated))
    keys = [key for key in sorted({*old, *new}) if key not in _FORMAT]
    pairs = [(key, old.get(key, _MISSING), new.get(key, _MISSING)) for key in keys]
    return FileComparison(
        len(keys),
        tuple(
            Deviation(f"{recorded.name}: {key} is {_text(before)} in the record, now {_text(now)}", is_close)
            for key, before, now in pairs
            if not _is_equal(before, now)
            for is_close in [_is_close(before, now, tolerance)]
        ),
    )


def compare_history(recorded: Path, repeated: Path, tolerance: Tolerance) -> FileComparison:
    """Compare every logged value of two histories, with its epoch and step."""
    old, new = read_history(recorded), read_history(repeated)
    deviations = [
        deviation
        for name in sorted({*old, *new})
        if (deviation := _series_deviation(name, old.get(name, ()), new.get(name, ()), tolerance)) is not None
    ]
    return FileComparison(sum(map(len, old.values())), tuple(deviations))


def _series_deviation(
    name: str, old: Sequence[LoggedValue], new: Sequence[LoggedValue], tolerance: Tolerance
) -> Deviation | None:
    if len(old) != len(new):
        return Deviation(f"history.csv: {name} has {len(old)} values in the record, now {len(new)}", False)
    differing = [(before, now) for before, now in zip(old, new, strict=True) if not _is_same(before, now)]
    if not differing:
        return None
    before, now = differing[0]
    is_close = all(
        (before.epoch, before.step) == (now.epoch, now.step) and tolerance.is_close(before.value, now.value)
        for before, now in differing
    )
    first = f"first at epoch {before.epoch}, step {before.step}: {before.value!r} in the record, now {now.value!r}"
    return Deviation(f"history.csv: {len(differing)} of {len(old)} values of {name} differ, {first}", is_close)


def _is_same(before: LoggedValue, now: LoggedValue) -> bool:
    return (before.epoch, before.step) == (now.epoch, now.step) and _is_equal(before.value, now.value)


def _is_equal(before: Any, now: Any) -> bool:
    """Return whether two values are equal. NaN equals NaN; a number never equals a flag."""
    if isinstance(before, float) and isinstance(now, float) and before != before and now != now:
        return True
    return isinstance(before, bool) == isinstance(now, bool) and bool(before == now)


def _is_close(before: Any, now: Any, tolerance: Tolerance) -> bool:
    """Return whether two numbers are close. Counts, such as epochs, must be equal."""
    if not isinstance(before, float | int) or not isinstance(now, float | int):
        return False
    is_number = float in (type(before), type(now)) and bool not in (type(before), type(now))
    return is_number and tolerance.is_close(before, now)


def _text(value: Any) -> str:
    return "missing" if value is _MISSING else repr(value)
