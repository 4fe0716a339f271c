"""facts.jsonl, verdicts.jsonl, series.jsonl: one value a line, the same bytes for the same values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from agents.facts.fact import Fact, Series, Verdict, fact_from_json, series_from_json, verdict_from_json
from compiler.base.json_files import write_text

T = TypeVar("T")


class _Line(Protocol):
    def to_json(self) -> dict[str, Any]: ...


class UnreadableFacts(ValueError):
    """A file that does not hold what its name says, with the line."""


def write_lines(path: Path, values: Iterable[_Line]) -> None:
    """Numbers that JSON cannot say are refused with ValueError."""
    lines = [json.dumps(one.to_json(), sort_keys=True, ensure_ascii=False, allow_nan=False) for one in values]
    write_text(path, "".join(f"{line}\n" for line in lines))


def read_facts(path: Path) -> tuple[Fact, ...]:
    """Raises FileNotFoundError, UnreadableFacts."""
    return _read(path, fact_from_json)


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """Raises FileNotFoundError, UnreadableFacts."""
    return _read(path, verdict_from_json)


def read_series(path: Path) -> tuple[Series, ...]:
    """Raises FileNotFoundError, UnreadableFacts."""
    return _read(path, series_from_json)


def _read(path: Path, parsed: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
    # Not splitlines: text in a fact may hold separators that only Python takes for the end of a line.
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return tuple(_parsed(path, number, line, parsed) for number, line in enumerate(lines, start=1) if line)


def _parsed(path: Path, number: int, line: str, parsed: Callable[[Mapping[str, Any]], T]) -> T:
    try:
        found = json.loads(line)
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")
        return parsed(found)
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableFacts(f"{path}:{number}: {error}; delete the file and build the experiment again") from error
