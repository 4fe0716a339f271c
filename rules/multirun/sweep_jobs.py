"""The jobs that a sweeper of Hydra's asks for, as settings of an experiment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override

from compiler.base.diagnostics import CompileError, Problem
from compiler.base.identity import NotCanonical, canonical
from compiler.composing.overrides import placed
from compiler.parsing.override_grammar import parse_override

_EXPERIMENT = "experiment"
_IN_A_SPEC = "say it in a spec below conf/experiment"


@dataclass(frozen=True)
class Given:
    """One setting. `written` is how a spec says it: a plain value as it is, all else as text of Hydra's grammar."""

    key: str  # with Hydra's + before it
    written: Any
    value: Any

    @property
    def name(self) -> str:
        return self.key.lstrip("+")


@dataclass(frozen=True)
class Job:
    """What one job sets; `experiment` is the spec that it varies, as Hydra chooses it."""

    overrides: tuple[str, ...]
    experiment: str | None
    given: tuple[Given, ...]


def parsed_job(overrides: Sequence[str], chosen: str | None) -> Job:
    """A job's overrides, `experiment=` apart. `chosen` is the experiment where none of them chooses one.

    Raises:
        CompileError: one of them is nothing that a point of a spec could set.
    """
    given: list[Given] = []
    for index, text in enumerate(overrides):
        try:
            override = parsed(text)
            if override.key_or_group == _EXPERIMENT and not override.is_delete():
                chosen = _choice(override)
            else:
                given.append(_given(override, text))
        except ValueError as error:
            raise CompileError([placed(overrides, index, Problem((), f"{text}: {error}"))]) from error
    return Job(tuple(overrides), chosen, tuple(given))


def read_given(key: str, written: Any) -> Given:
    """A setting as a spec has it."""
    return Given(key, written, parsed(f"{key}={written}").value() if isinstance(written, str) else written)


def identity(given: Iterable[Given]) -> bytes:
    """Equal for the settings of one point, however they are written."""
    return canonical({one.name: one.value for one in given})


@cache
def parsed(text: str) -> Override:
    """Raises ValueError. A batch says the same words in many jobs, so they are parsed once."""
    return parse_override(_parser(), text)


@cache
def _parser() -> OverridesParser:
    return OverridesParser.create()


def _choice(override: Override) -> str | None:
    value = override.value()
    if override.is_sweep_override() or not (value is None or isinstance(value, str)):
        raise ValueError("a job varies one experiment")
    return None if value in (None, "null", "") else str(value)


def _given(override: Override, text: str) -> Given:
    """Raises ValueError where a spec has no words for it."""
    name = override.key_or_group
    if override.is_delete():
        raise ValueError(f"a sweep sets keys; it cannot delete them ({_IN_A_SPEC})")
    if override.is_sweep_override():
        raise ValueError("a job has one value a key")
    if name.startswith(f"{_EXPERIMENT}."):
        raise ValueError(f"what is asked is not swept ({_IN_A_SPEC})")
    value = override.value()
    if "${" in str(value):
        raise ValueError(f"takes its value from elsewhere, and a point of a sweep is what it says ({_IN_A_SPEC})")
    is_plain = value is None or isinstance(value, bool | int | float)
    return Given(override.get_key_element(), value if is_plain else text.partition("=")[2], _canonical(value))


def _canonical(value: Any) -> Any:
    try:
        canonical(value)
    except NotCanonical as error:
        raise ValueError(str(error)) from error
    return value
