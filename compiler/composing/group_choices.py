"""Check and write the choice of a config group: one config such as `vision/small`, or a list of configs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Quote, QuotedString

from compiler.base.diagnostics import Problem, did_you_mean

EXPERIMENT = "experiment"
_SUFFIX = ".yaml"
_EXPERIMENTS = re.compile(rf"{EXPERIMENT}=[\w.+-]+(,[\w.+-]+)*")  # names without folders, which are text


class Options(Protocol):
    """The configs of groups."""

    def options(self, group: str) -> list[str]: ...


def choice_problems(group: str, choice: Any, configs: Options) -> Iterator[Problem]:
    """Yield a problem without path for each name in a choice that is not a config of the group."""
    options = configs.options(group)
    for name in choice if isinstance(choice, list) else [choice]:
        if not isinstance(name, str) and str(name) in options:
            yield Problem((), f"the name of a config is text, got {name!r}", f"quote it: '{name}'")
        elif not isinstance(name, str) or name.removesuffix(_SUFFIX) not in options:
            yield Problem((), f"no config '{name}' in group '{group}'", did_you_mean(str(name), options))


def choice_name(choice: str | list[str]) -> str | list[str]:
    """Return a choice without the suffix `.yaml`, so that both spellings are one point of a sweep."""
    return [name.removesuffix(_SUFFIX) for name in choice] if isinstance(choice, list) else choice.removesuffix(_SUFFIX)


def choice_override(key: str, choice: str | list[str]) -> str:
    """Return the override that makes a choice. Names are quoted, so that `42` and `true` stay text."""
    if isinstance(choice, str):
        return f"{key}={_quoted(choice)}"
    return f"{key}=[{','.join(map(_quoted, choice))}]"


def with_quoted_experiments(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a command line, in which experiments such as `42` or `true` are quoted for Hydra."""
    return [_with_quoted_names(argument) if _EXPERIMENTS.fullmatch(argument) else argument for argument in arguments]


def _with_quoted_names(argument: str) -> str:
    key, _, names = argument.partition("=")
    return f"{key}={','.join(name if _is_text(name) else _quoted(name) for name in names.split(','))}"


def _is_text(name: str) -> bool:
    """Return whether Hydra reads an unquoted name as text."""
    return isinstance(OverridesParser.create().parse_override(f"{EXPERIMENT}={name}").value(), str)


def _quoted(text: str) -> str:
    return QuotedString(text, Quote.single).with_quotes()
