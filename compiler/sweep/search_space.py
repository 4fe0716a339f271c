"""Parse the space of a search: the values that each key may take, written in Hydra's override grammar."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

from hydra.core.override_parser.types import ChoiceSweep, IntervalSweep, Override, RangeSweep

from compiler.base.diagnostics import Problem, SpecError, did_you_mean
from compiler.base.identity import canonical
from compiler.base.nested import Keys
from compiler.composing.compose import Composer
from compiler.composing.setting import Setting
from compiler.sweep.axes import parse_key, settings_for, sweep_values

SPACE_PATH: Keys = ("experiment", "search", "space")
_MAX_VALUES = 10_000
_ONE_VALUE = "has one value, so there is nothing to search"


@dataclass(frozen=True)
class Domain:
    """The values of one key: numbers from `low` to `high`, both included, or the listed `values`."""

    kind: Literal["float", "int", "choice"]
    low: float = 0
    high: float = 0
    step: float | None = None
    log: bool = False
    values: tuple[Any, ...] = ()

    def contains(self, value: Any) -> bool:
        if self.kind == "choice":
            return canonical(value) in {canonical(choice) for choice in self.values}
        return type(value) is (int if self.kind == "int" else float) and self.low <= value <= self.high

    @property
    def extremes(self) -> tuple[Any, ...]:
        """Values that are checked for the whole domain: all choices, or both ends."""
        return self.values if self.kind == "choice" else (self.low, self.high)

    def to_json(self) -> dict[str, Any]:
        names = ("kind", "values") if self.kind == "choice" else ("kind", "low", "high", "step", "log")
        return {name: value for name, value in asdict(self).items() if name in names}


@dataclass(frozen=True)
class SearchedKey:
    """A key of the space. `sample` is a setting of it to any value of its domain."""

    domain: Domain
    sample: Setting

    @property
    def key(self) -> str:
        return self.sample.key

    def setting(self, value: Any) -> Setting:
        return Setting(self.key, value, self.sample.is_group, self.sample.add, self.sample.spec_path)


def search_space(space: Mapping[str, Any], sampler: Any, composer: Composer) -> tuple[SearchedKey, ...]:
    """Return every key of a space with its domain.

    Raises:
        SpecError: The space is not valid. The error holds all problems.
    """
    searched_keys: list[SearchedKey] = []
    problems: list[Problem] = []
    for key, text in space.items():
        key_path = (*SPACE_PATH, key)
        try:
            searched = _searched_key(str(key), text, key_path, composer)
            if sampler == "cmaes" and searched.domain.kind == "choice":
                raise ValueError("cmaes searches numbers only: use interval() or range(), or another sampler")
            if searched.key in {other.key for other in searched_keys}:
                raise ValueError(f"'{searched.key}' is searched twice")
            searched_keys.append(searched)
        except SpecError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem(key_path, str(error)))
    if problems:
        raise SpecError(problems)
    return tuple(searched_keys)


def extreme_settings(space: Sequence[SearchedKey]) -> Iterator[tuple[Setting, ...]]:
    """Yield settings that together contain every choice and both ends of every interval."""
    for number in range(max(len(searched.domain.extremes) for searched in space)):
        yield tuple(
            searched.setting(searched.domain.extremes[number % len(searched.domain.extremes)]) for searched in space
        )


def _searched_key(key: str, text: Any, key_path: Keys, composer: Composer) -> SearchedKey:
    override = parse_key(key, text, composer)
    domain = _domain(text, override)
    return SearchedKey(domain, settings_for(override, domain.extremes, key_path, composer)[0])


def _domain(text: Any, override: Override) -> Domain:
    """Return the domain of a text. Raises ValueError if it has fewer than two values."""
    value = override._value
    if isinstance(text, str) and isinstance(value, IntervalSweep):
        return _interval(value)
    values = text if isinstance(text, list) else sweep_values(override) if isinstance(text, str) else [text]
    distinct = tuple({canonical(item): item for item in islice(values, _MAX_VALUES + 1)}.values())
    if len(distinct) < 2:
        raise ValueError(_ONE_VALUE)
    if len(distinct) > _MAX_VALUES:
        raise ValueError(f"has over {_MAX_VALUES} values: write an interval()")
    if isinstance(text, str) and isinstance(value, RangeSweep):
        return _range(value, distinct)
    if isinstance(text, str) and isinstance(value, ChoiceSweep) and value.tags:
        raise ValueError("a choice takes no tags: its values have no order")
    return Domain("choice", values=distinct)


def _interval(sweep: IntervalSweep) -> Domain:
    low, high = sweep.start, sweep.end
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("an interval needs two finite bounds")
    if low == high:
        raise ValueError(_ONE_VALUE)
    if low > high:
        raise ValueError(f"the lower bound {low:g} of interval() is above the upper bound {high:g} (swap them)")
    return Domain("int" if isinstance(low, int) else "float", low, high, log=_is_log(sweep.tags, low))


def _range(sweep: RangeSweep, values: Sequence[Any]) -> Domain:
    low, high = min(values), max(values)
    step = abs(values[1] - values[0]) if isinstance(low, int) else abs(float(sweep.step))
    log = _is_log(sweep.tags, low)
    if log and (step != 1 or not isinstance(low, int)):
        raise ValueError("log takes whole numbers in steps of one, or an interval()")
    return Domain("int" if isinstance(low, int) else "float", low, high, step, log)


def _is_log(tags: set[str], low: float) -> bool:
    unknown = sorted(tags - {"log"})
    if unknown:
        raise ValueError(f"unknown tag '{unknown[0]}' ({did_you_mean(unknown[0], ['log'])})")
    if "log" in tags and low <= 0:
        raise ValueError(f"log takes numbers above 0, got {low:g}")
    return "log" in tags
