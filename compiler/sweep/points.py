"""Expand the sweep of a spec into points. Values are written in Hydra's override grammar, as after `--multirun`."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.identity import NotCanonical, canonical, digest
from compiler.base.nested import Keys
from compiler.composing.compose import Composer
from compiler.composing.group_choices import choice_override
from compiler.composing.setting import Setting
from compiler.sweep.axes import MAX_POINTS, parse_axes

SWEEP_PATH: Keys = ("experiment", "sweep")
_COMBINATION_KEYS = ("zip", "list")  # keys of a sweep that are not config keys
_MAX_NAME_LENGTH = 180

Row = tuple[Setting, ...]


@dataclass(frozen=True)
class Point:
    """One setting of the sweep."""

    name: str
    settings: Row

    @property
    def choices(self) -> tuple[str, ...]:
        """The overrides that choose a config of a group."""
        return tuple(
            choice_override(f"{'+' * setting.add}{setting.key}", setting.value)
            for setting in self.settings
            if setting.is_group
        )

    @property
    def values(self) -> Row:
        return tuple(setting for setting in self.settings if not setting.is_group)

    @property
    def overrides(self) -> dict[str, Any]:
        return _overrides(self.settings)


def sweep_points(sweep: Mapping[str, Any], composer: Composer) -> tuple[Point, ...]:
    """Return every distinct point in the order of the spec: the last key varies fastest.

    All keys except `zip` and `list` form a product. `zip` varies its keys together. `list` contains complete points.

    Raises:
        SpecError: The sweep is not valid. The error holds all problems.
    """
    problems: list[Problem] = []
    product = {key: value for key, value in sweep.items() if key not in _COMBINATION_KEYS}
    axes: list[list[Row]] = [
        [(setting,) for setting in axis] for axis in parse_axes(product, SWEEP_PATH, composer, problems)
    ]
    if "zip" in sweep:
        axes.append(_zip_axis(sweep["zip"], composer, problems))
    if "list" in sweep:
        axes.append(_list_axis(sweep["list"], composer, problems))
    problems += _repeated_keys(axes)
    count = math.prod(len(axis) for axis in axes)
    if count > MAX_POINTS:
        problems.append(Problem(SWEEP_PATH, f"has over {MAX_POINTS} points", "split it into several experiments"))
    if problems:
        raise SpecError(problems)
    return distinct_points(tuple(itertools.chain(*combination)) for combination in itertools.product(*axes))


def distinct_points(rows: Iterable[Row]) -> tuple[Point, ...]:
    """Return one point for each distinct setting. The values 0.1 and 1e-1 are equal, so they give one point."""
    by_value: dict[bytes, Row] = {}
    try:
        for row in rows:
            by_value.setdefault(canonical(_overrides(row)), row)
    except NotCanonical as error:
        raise SpecError([Problem(SWEEP_PATH, str(error))]) from error
    names = [_name(row) for row in by_value.values()]
    counts = Counter(name.casefold() for name in names)  # some file systems ignore case
    return tuple(
        Point(f"{name}-{digest(_overrides(row))}" if counts[name.casefold()] > 1 else name, row)
        for name, row in zip(names, by_value.values(), strict=True)
    )


def _overrides(row: Row) -> dict[str, Any]:
    return {setting.key: setting.value for setting in row}


def _zip_axis(node: Any, composer: Composer, problems: list[Problem]) -> list[Row]:
    key_path = (*SWEEP_PATH, "zip")
    if not isinstance(node, Mapping) or not node:
        problems.append(Problem(key_path, "zip needs keys with equally many values"))
        return []
    axes = parse_axes(node, key_path, composer, problems)
    if len({len(axis) for axis in axes}) > 1:
        lengths = ", ".join(f"{axis[0].key} has {len(axis)}" for axis in axes)
        problems.append(Problem(key_path, f"zip needs keys with equally many values: {lengths}"))
        return []
    return list(zip(*axes, strict=True))


def _list_axis(node: Any, composer: Composer, problems: list[Problem]) -> list[Row]:
    key_path = (*SWEEP_PATH, "list")
    if not isinstance(node, list) or not node:
        problems.append(Problem(key_path, "list needs points, each a mapping of keys to values"))
        return []
    rows = []
    for index, item in enumerate(node):
        if not isinstance(item, Mapping) or not item:
            problems.append(Problem((*key_path, index), "a point is a mapping of keys to values"))
            continue
        axes = parse_axes(item, (*key_path, index), composer, problems)
        keys_with_many_values = [axis[0].key for axis in axes if len(axis) > 1]
        if keys_with_many_values:
            problem = "a point of a list has one value for each key"
            problems.append(Problem((*key_path, index, keys_with_many_values[0]), problem))
        rows.append(tuple(axis[0] for axis in axes))
    return rows


def _repeated_keys(axes: Sequence[Sequence[Row]]) -> Iterator[Problem]:
    """Yield keys that two axes set, or one point sets twice. Hydra would silently keep the last value."""
    keys_before: set[str] = set()
    for axis in axes:
        for key, key_path in {setting.key: setting.spec_path for row in axis for setting in row}.items():
            if key in keys_before:
                yield Problem(key_path, f"'{key}' is swept twice", "keep one of them")
            keys_before.add(key)
        for row in axis:
            counts = Counter(setting.key for setting in row)
            for key in sorted(key for key, count in counts.items() if count > 1):
                yield Problem(row[-1].spec_path, f"'{key}' is set twice in one point", "keep one of them")


def _name(row: Row) -> str:
    """Return a readable file name: `model.lr=0.01,seed=3`."""
    if not row:
        return "base"
    name = ",".join(f"{setting.key}={_value_text(setting.value)}" for setting in row)
    safe_name = re.sub(r"[^\w.,=+-]+", "_", name, flags=re.ASCII)
    is_short = len(safe_name) <= _MAX_NAME_LENGTH
    return safe_name if is_short else f"{safe_name[:_MAX_NAME_LENGTH]}-{digest(name)}"


def _value_text(value: Any) -> str:
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)
