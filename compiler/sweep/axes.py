"""Parse one axis of a sweep: a key, and its values in Hydra's override grammar."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import ChoiceSweep, Override, RangeSweep, Transformer
from hydra.errors import HydraException

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.identity import is_excluded
from compiler.base.nested import Keys
from compiler.composing.compose import Composer
from compiler.composing.group_choices import choice_name, choice_problems
from compiler.composing.setting import Setting
from compiler.parsing.json_values import unwritable_values
from compiler.parsing.override_grammar import parse_override

MAX_POINTS = 200_000


def parse_axes(
    keys: Mapping[str, Any], key_path: Keys, composer: Composer, problems: list[Problem]
) -> list[list[Setting]]:
    """Return the settings of each key that can be parsed. Problems of the others are appended to `problems`."""
    if cut := list(_cut_at_a_comma(keys, key_path)):
        problems += cut  # the other keys may be pieces of these values
        return []
    axes = []
    for key, text in keys.items():
        try:
            axes.append(_parse_axis(str(key), text, (*key_path, key), composer))
        except SpecError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem((*key_path, key), str(error)))
    return axes


def _cut_at_a_comma(keys: Mapping[str, Any], key_path: Keys) -> Iterator[Problem]:
    """Yield a problem for each value that YAML has cut, as in `{seed: range(1,5)}`, where `5)` becomes a key."""
    if not any(str(key).count(")") > str(key).count("(") for key in keys):
        return
    for key, text in keys.items():
        if isinstance(text, str) and text.count("(") > text.count(")"):
            hint = f"quote a value that contains a comma: {key}: '{text},…)'"
            yield Problem((*key_path, key), f"'{text}' has no closing bracket", hint)


def parse_key(key: str, text: Any, composer: Composer) -> Override:
    """Return a key and its text as an override of Hydra. Raises ValueError if the key cannot be swept."""
    if not key.strip("+"):
        raise ValueError("the name of a swept key must not be empty")
    override = parse_override(composer.parser, f"{key}={text if isinstance(text, str) else ''}")
    if override.is_delete():
        raise ValueError("a point sets keys; it cannot delete them")
    if is_excluded(override.package or override.key_or_group):
        raise ValueError("cannot change a training, so all its points would be one run")
    return override


def settings_for(override: Override, values: Sequence[Any], key_path: Keys, composer: Composer) -> list[Setting]:
    """Return settings of a key to each of these values.

    Raises:
        SpecError: A value is not a config of the group, or JSON cannot represent it.
    """
    name, group = _key_of(override), override.key_or_group
    is_group = composer.is_group(group)
    choices = [is_group and not isinstance(value, Mapping) for value in values]
    problems = [
        problem
        for value, is_choice in zip(values, choices, strict=True)
        for problem in (choice_problems(group, value, composer) if is_choice else unwritable_values(value))
    ]
    if override.is_force_add() and any(choices):
        problems.append(Problem((), f"a config of group '{group}' cannot be chosen with ++", f"write +{name}"))
    if problems:
        raise SpecError(Problem(key_path, problem.problem, problem.hint) for problem in problems)
    add = override.is_add() or override.is_force_add()
    return [
        Setting(name, choice_name(value) if is_choice else value, is_choice, add, key_path)
        for value, is_choice in zip(values, choices, strict=True)
    ]


def sweep_values(override: Override) -> Iterator[Any]:
    """Yield the values of a sweep. Raises ValueError if the sweep has no list of values, such as `interval()`."""
    if override.is_interval_sweep():
        raise ValueError("interval() has no discrete points (use range() or a list of values)")
    if not override.is_sweep_override():
        yield override.value()
        return
    if isinstance(override._value, ChoiceSweep | RangeSweep):
        override._value.shuffle = False  # the order of points does not matter, and equal specs must give equal plans
    try:
        for element in override.sweep_iterator(transformer=Transformer.identity):
            yield Override._convert_value(element)
    except HydraException as error:
        raise ValueError(str(error)) from error


def _parse_axis(key: str, text: Any, key_path: Keys, composer: Composer) -> list[Setting]:
    """Return the settings of one key. Text is parsed with Hydra's grammar; other YAML values are used as they are.

    Raises:
        ValueError: The key cannot be swept, or its text gives no values.
        SpecError: A value is not a config of the group, or JSON cannot represent it.
    """
    override = parse_key(key, text, composer)
    all_values = text if isinstance(text, list) else sweep_values(override) if isinstance(text, str) else [text]
    values = list(itertools.islice(all_values, MAX_POINTS + 1))
    if not values or (isinstance(text, str) and not text.strip()):
        raise ValueError("the sweep is empty")
    return settings_for(override, values, key_path, composer)


def _key_of(override: Override) -> str:
    """Return the key without `+`, and with the package of a group: `optim@gen`."""
    return override.get_key_element().lstrip("+")
