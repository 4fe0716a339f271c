"""The sweep of a spec as points. Values are written in Hydra's override grammar, as after `--multirun`."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.types import ChoiceSweep, Override, RangeSweep, Transformer
from hydra.errors import HydraException

from compiler.base.diagnostics import Problem, SpecError, did_you_mean
from compiler.base.identity import NotCanonical, canonical, digest, is_excluded
from compiler.base.nested import Keys
from compiler.composing.compose import Composer
from compiler.composing.setting import Setting
from compiler.parsing.json_values import unwritable_values
from compiler.parsing.override_grammar import parse_override

AT: Keys = ("experiment", "sweep")
_FORMS = ("zip", "list")
_LONGEST_NAME = 180
MOST_POINTS = 200_000


@dataclass(frozen=True)
class Point:
    """One setting of the sweep."""

    name: str
    settings: tuple[Setting, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """The overrides that choose a config of a group."""
        return tuple(f"{'+' * one.add}{one.key}={one.value}" for one in self.settings if one.is_group)

    @property
    def values(self) -> tuple[Setting, ...]:
        return tuple(one for one in self.settings if not one.is_group)

    @property
    def overrides(self) -> dict[str, Any]:
        return {one.key: one.value for one in self.settings}


def points(sweep: Mapping[str, Any], composer: Composer) -> tuple[Point, ...]:
    """Every distinct point, in the order written: the last key varies fastest.

    Keys beside `zip` and `list` are a product; `zip` walks its keys in step; `list` gives whole points.

    Raises:
        SpecError: with every problem found.
    """
    problems: list[Problem] = []
    product = {key: value for key, value in sweep.items() if key not in _FORMS}
    axes: list[list[tuple[Setting, ...]]] = [
        [(setting,) for setting in axis] for axis in _axes(product, AT, composer, problems)
    ]
    if "zip" in sweep:
        axes.append(_zipped(sweep["zip"], composer, problems))
    if "list" in sweep:
        axes.append(_listed(sweep["list"], composer, problems))
    problems += _repeated(axes)
    count = math.prod(len(axis) for axis in axes)
    if count > MOST_POINTS:
        problems.append(Problem(AT, f"has over {MOST_POINTS} points", "split it into several experiments"))
    if problems:
        raise SpecError(problems)
    settings = (tuple(itertools.chain(*combination)) for combination in itertools.product(*axes))
    return distinct(settings)


def _axes(keys: Mapping[str, Any], at: Keys, composer: Composer, problems: list[Problem]) -> list[list[Setting]]:
    axes = []
    for key, text in keys.items():
        try:
            axes.append(_axis(str(key), text, (*at, key), composer))
        except SpecError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem((*at, key), str(error)))
    return axes


def _axis(key: str, text: Any, at: Keys, composer: Composer) -> list[Setting]:
    """The settings of one key. Text is of Hydra's grammar; what YAML has read already is taken as it is.

    Raises:
        ValueError: the key cannot be swept, or its text gives no values.
        SpecError: a value is not one of the group, or cannot be written down.
    """
    override = key_override(key, text, composer)
    given = text if isinstance(text, list) else sweep_values(override) if isinstance(text, str) else [text]
    values = list(itertools.islice(given, MOST_POINTS + 1))
    if not values or (isinstance(text, str) and not text.strip()):
        raise ValueError("the sweep is empty")
    return settings_for(override, values, at, composer)


def key_override(key: str, text: Any, composer: Composer) -> Override:
    """A key and its text as an override of Hydra's. Raises ValueError: the key cannot be swept."""
    if not key.strip("+"):
        raise ValueError("a sweep sets keys, and this one is empty")
    override = parse_override(composer.parser, f"{key}={text if isinstance(text, str) else ''}")
    if override.is_delete():
        raise ValueError("a point sets keys; it cannot delete them")
    if is_excluded(_key_of(override)):
        raise ValueError("cannot change a training, so all its points would be one run")
    return override


def settings_for(override: Override, values: Sequence[Any], at: Keys, composer: Composer) -> list[Setting]:
    """A key set to each of these values.

    Raises:
        SpecError: a value is not one of the group, or cannot be written down.
    """
    name = _key_of(override)
    is_group = composer.is_group(name)
    if is_group:
        options = composer.options(name)
        problems = [
            Problem(at, f"no config '{value}' in group '{name}'", did_you_mean(str(value), options))
            for value in values
            if value not in options
        ]
    else:
        problems = [Problem(at, one.problem, one.hint) for one in unwritable_values(list(values))]
    if problems:
        raise SpecError(problems)
    add = override.is_add() or override.is_force_add()
    return [Setting(name, value, is_group, add, at) for value in values]


def _key_of(override: Override) -> str:
    return override.get_key_element().lstrip("+")


def sweep_values(override: Override) -> Iterator[Any]:
    """Raises ValueError where Hydra's grammar gives no values that could be listed."""
    if override.is_interval_sweep():
        raise ValueError("interval() has no discrete points (use range() or a list of values)")
    if not override.is_sweep_override():
        yield override.value()
        return
    if isinstance(override._value, ChoiceSweep | RangeSweep):
        override._value.shuffle = False  # the order of points means nothing, and a plan has only one
    try:
        for element in override.sweep_iterator(transformer=Transformer.identity):
            yield Override._convert_value(element)
    except HydraException as error:
        raise ValueError(str(error)) from error


def _zipped(node: Any, composer: Composer, problems: list[Problem]) -> list[tuple[Setting, ...]]:
    at = (*AT, "zip")
    if not isinstance(node, Mapping) or not node:
        problems.append(Problem(at, "zip takes keys with as many values each"))
        return []
    axes = _axes(node, at, composer, problems)
    lengths = {len(axis) for axis in axes}
    if len(lengths) > 1:
        told = ", ".join(f"{axis[0].key} has {len(axis)}" for axis in axes)
        problems.append(Problem(at, f"zip takes keys with as many values each: {told}"))
        return []
    return list(zip(*axes, strict=True))


def _listed(node: Any, composer: Composer, problems: list[Problem]) -> list[tuple[Setting, ...]]:
    at = (*AT, "list")
    if not isinstance(node, list) or not node:
        problems.append(Problem(at, "list takes points, each a mapping of keys to values"))
        return []
    rows = []
    for index, item in enumerate(node):
        if not isinstance(item, Mapping) or not item:
            problems.append(Problem((*at, index), "a point is a mapping of keys to values"))
            continue
        axes = _axes(item, (*at, index), composer, problems)
        many = [axis[0].key for axis in axes if len(axis) > 1]
        if many:
            problems.append(Problem((*at, index, many[0]), "a point of a list has one value a key"))
        rows.append(tuple(axis[0] for axis in axes))
    return rows


def _repeated(axes: Sequence[Sequence[tuple[Setting, ...]]]) -> Iterator[Problem]:
    """Keys that two axes set: Hydra would silently keep the last."""
    seen: dict[str, int] = {}
    for number, axis in enumerate(axes):
        for key, at in {one.key: one.at for row in axis for one in row}.items():
            if key in seen:
                yield Problem(at, f"'{key}' is swept twice", "keep one of them")
            seen[key] = number
        for row in axis:
            keys = [one.key for one in row]
            for key in sorted({key for key in keys if keys.count(key) > 1}):
                yield Problem(row[-1].at, f"'{key}' is set twice in one point", "keep one of them")


def distinct(rows: Iterable[tuple[Setting, ...]]) -> tuple[Point, ...]:
    """One point for each distinct setting: 0.1 and 1e-1 are one point."""
    found: dict[bytes, tuple[Setting, ...]] = {}
    try:
        for row in rows:
            found.setdefault(canonical({one.key: one.value for one in row}), row)
    except NotCanonical as error:
        raise SpecError([Problem(AT, str(error))]) from error
    names = [_name(row) for row in found.values()]
    times = Counter(name.casefold() for name in names)  # some file systems know no case
    return tuple(
        Point(f"{name}-{digest({one.key: one.value for one in row})}" if times[name.casefold()] > 1 else name, row)
        for name, row in zip(names, found.values(), strict=True)
    )


def _name(row: tuple[Setting, ...]) -> str:
    """A readable file name: `model.lr=0.01,seed=3`."""
    if not row:
        return "base"
    name = ",".join(f"{one.key}={_shown(one.value)}" for one in row)
    safe = re.sub(r"[^\w.,=+-]+", "_", name, flags=re.ASCII)
    return safe if len(safe) <= _LONGEST_NAME else f"{safe[:_LONGEST_NAME]}-{digest(name)}"


def _shown(value: Any) -> str:
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)
