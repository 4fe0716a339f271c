"""Map the `config` of a job to group choices and config values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.nested import Keys
from lab.intake.mapping.effect import Effect, Options, effect_of
from lab.intake.mapping.import_table import NAME, ImportTable
from lab.intake.mapping.row import Row
from lab.intake.mapping.value_kinds import kind_problem


@dataclass(frozen=True)
class MappedConfig:
    """Choices by group, and values by dotted config key. `origins` has the key of the job that set each of them."""

    choices: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def map_config(config: Mapping[str, Any], table: ImportTable, options: Options, lab: Path, at: Keys) -> MappedConfig:
    """Return what the config of a job sets. All problems are collected, and their paths begin with `at`.

    Args:
        options: returns the names of the configs of a group.
        lab: the folder in which relative paths of folders begin.
    """
    effects: dict[str, Effect] = {}
    problems: list[Problem] = []
    for key, value in config.items():
        row = table.rows.get(key)
        if row is None:
            problems.append(Problem((*at, key), f"{NAME} has no row for this key", table.hint(key)))
        elif problem := kind_problem(value, row.kind):
            problems.append(Problem((*at, key), problem))
        elif (effect := effect_of(row, value, options, lab)) is None:
            problems.append(Problem((*at, key), *_no_case(row, value, options)))
        else:
            effects[key] = effect
    problems += _repeated(effects, at)
    return _merged(effects, tuple(problems))


def _merged(effects: Mapping[str, Effect], problems: tuple[Problem, ...]) -> MappedConfig:
    """Return all effects. What is implied is left out where another key sets it, or chooses another config."""
    choices: dict[str, str] = {}
    settings: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for key, effect in effects.items():
        choices |= effect.choices
        settings |= effect.settings
        origins |= dict.fromkeys((*effect.choices, *effect.settings), key)
    for key, effect in effects.items():
        implied = {group: config for group, config in effect.implied_choices.items() if group not in choices}
        replaced = {group for group, config in effect.implied_choices.items() if choices.get(group, config) != config}
        values = {
            path: value
            for path, value in effect.implied_settings.items()
            if path not in settings and path.partition(".")[0] not in replaced
        }
        choices |= implied
        settings |= values
        origins |= dict.fromkeys((*implied, *values), key)
    return MappedConfig(choices, settings, origins, problems)


def _repeated(effects: Mapping[str, Effect], at: Keys) -> Iterator[Problem]:
    """Yield keys that set what another key sets, too."""
    first: dict[str, str] = {}
    for key, effect in effects.items():
        for target in (*effect.choices, *effect.settings):
            if first.setdefault(target, key) != key:
                yield Problem((*at, key), f"sets {target}, as does '{first[target]}'", "keep one of them")


def _no_case(row: Row, value: Any, options: Options) -> tuple[str, str]:
    """Return the problem and the hint for a value that a row does not know."""
    names = options(row.group) if row.group else []
    known = [*names, *(pattern for case in row.cases for pattern in case.like)]
    what = f"no config of the group '{row.group}'" if row.group else "no value that the row knows"
    folder = ", and no folder" if any(case.folder for case in row.cases) else ""
    return f"'{value}' is {what}, none of its cases in {NAME}{folder}", did_you_mean(str(value), known)
