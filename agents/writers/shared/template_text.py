"""Placeholders and small pieces of English from which the templates of a report are built."""

from __future__ import annotations

from collections.abc import Sequence


def fact(name: str) -> str:
    """Return the placeholder of a fact."""
    return f"{{{{f:{name}}}}}"


def verdict(name: str) -> str:
    """Return the placeholder of a verdict, or of its `.sentence` or `.conclusion`."""
    return f"{{{{v:{name}}}}}"


def spec(path: str) -> str:
    """Return the placeholder of a value of the spec."""
    return f"{{{{spec:{path}}}}}"


def ref(exhibit: str) -> str:
    """Return the placeholder of a reference to a figure or table."""
    return f"{{{{ref:{exhibit}}}}}"


def noun(count: int, singular: str, plural: str = "") -> str:
    """Return the form of a noun that goes with a count."""
    return singular if count == 1 else plural or f"{singular}s"


def join_with_and(items: Sequence[str], word: str = "and") -> str:
    """Join items as in `a`, `a and b`, `a, b and c`."""
    *others, last = items
    return f"{', '.join(others)} {word} {last}" if others else last
