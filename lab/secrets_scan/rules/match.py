"""Define what a rule finds in a line of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "private_key", "key", "password", "password_in_url", "email", "home_path", "host_name", "ip_address", "user_name",
    "not_scanned",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
_PLACEHOLDER = re.compile(
    r"<.*>?|\$.*|\{.*|%.*|\[.*|\*+|x{3,}|\.{2,}.*|[-_…]+|your[-_ ]?\w*|my[-_a-z]*|change[-_]?me|example\w*|placeholder"
    r"|redacted|masked|hidden|removed|none|null|nil|true|false|str|string|bytes|int|optional|required|unset|empty"
    r"|not[-_ ]?set|password|passwd|pass|pw|secret|token|key|user|username|name|host|hostname|localhost|dummy\w*"
    r"|foo|bar",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Match:
    """A value of a kind at a position of a text."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Identity:
    """Names that lead to the people and machines of a lab: hosts, users and home folders."""

    hosts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()


Rule = Callable[[str, Identity], Iterator[Match]]


def is_placeholder(value: str) -> bool:
    """Return whether a value stands for another one, such as `<token>`, `${TOKEN}`, `your_key` or `****`."""
    return _PLACEHOLDER.fullmatch(value.strip("\"'`")) is not None


def group_match(kind: Kind, match: re.Match[str], group: int | str = 0) -> Match:
    return Match(kind, match.start(group), match.end(group))
