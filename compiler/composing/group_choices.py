"""Check and write the choice of a config group: one config such as `vision/small`, or a list of configs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from hydra.core.override_parser.types import Quote, QuotedString

from compiler.base.diagnostics import Problem, did_you_mean

_SUFFIX = ".yaml"


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


def _quoted(text: str) -> str:
    return QuotedString(text, Quote.single).with_quotes()
