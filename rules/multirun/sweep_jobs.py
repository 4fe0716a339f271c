"""Parse the overrides of the jobs that a Hydra sweeper requests into settings of an experiment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override

from compiler.base.diagnostics import CompileError, Problem
from compiler.base.identity import NotCanonical, canonical
from compiler.composing.overrides import override_diagnostic
from compiler.parsing.override_grammar import parse_override

_EXPERIMENT = "experiment"
_USE_A_SPEC = "write a spec in conf/experiment"


@dataclass(frozen=True)
class Setting:
    """One key and its value. `written` is the value in a spec: a scalar, or a text in Hydra's grammar."""

    key: str  # including Hydra's prefix +
    written: Any
    value: Any

    @property
    def name(self) -> str:
        return self.key.lstrip("+")


@dataclass(frozen=True)
class Job:
    """The settings of one job, and the experiment that it varies, by its name in the config group `experiment`."""

    overrides: tuple[str, ...]
    experiment: str | None
    settings: tuple[Setting, ...]


def parse_job(overrides: Sequence[str], default_experiment: str | None) -> Job:
    """Parse the overrides of a job. `default_experiment` is used if no override chooses an experiment.

    Raises:
        CompileError: an override cannot be written as a point of a spec.
    """
    experiment = default_experiment
    settings: list[Setting] = []
    for index, text in enumerate(overrides):
        try:
            override = parse(text)
            if override.key_or_group == _EXPERIMENT and not override.is_delete():
                experiment = _experiment_choice(override)
            else:
                settings.append(_setting(override, text))
        except ValueError as error:
            raise CompileError([override_diagnostic(overrides, index, Problem((), f"{text}: {error}"))]) from error
    return Job(tuple(overrides), experiment, tuple(settings))


def read_setting(key: str, written: Any) -> Setting:
    """Return a setting from its key and value in a spec."""
    return Setting(key, written, parse(f"{key}={written}").value() if isinstance(written, str) else written)


def identity(settings: Iterable[Setting]) -> bytes:
    """Return a key that is equal for equal settings, regardless of how they are written."""
    return canonical({setting.name: setting.value for setting in settings})


@cache
def parse(text: str) -> Override:
    """Parse an override. Cached, because the jobs of a batch repeat most of them. Raises ValueError."""
    return parse_override(_parser(), text)


@cache
def _parser() -> OverridesParser:
    return OverridesParser.create()


def _experiment_choice(override: Override) -> str | None:
    value = override.value()
    if override.is_sweep_override() or not (value is None or isinstance(value, str)):
        raise ValueError("a job takes exactly one experiment")
    return None if value in (None, "null", "") else str(value)


def _setting(override: Override, text: str) -> Setting:
    """Return the setting of an override. Raises ValueError if a point of a spec cannot express it."""
    name = override.key_or_group
    if override.is_delete():
        raise ValueError(f"a sweep sets keys and cannot delete them ({_USE_A_SPEC})")
    if override.is_sweep_override():
        raise ValueError("a job takes one value for each key")
    if name.startswith(f"{_EXPERIMENT}."):
        raise ValueError(f"the definition of an experiment cannot be swept ({_USE_A_SPEC})")
    value = override.value()
    if "${" in str(value):
        raise ValueError(f"the value is an interpolation, and a point of a sweep needs a literal value ({_USE_A_SPEC})")
    is_scalar = value is None or isinstance(value, bool | int | float)
    return Setting(override.get_key_element(), value if is_scalar else text.partition("=")[2], _canonical(value))


def _canonical(value: Any) -> Any:
    """Return the value. Raises ValueError if it has no canonical JSON form."""
    try:
        canonical(value)
    except NotCanonical as error:
        raise ValueError(str(error)) from error
    return value
