"""Read and write facts.jsonl, verdicts.jsonl and series.jsonl: one value per line, with deterministic bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from agents.facts.fact import Fact, fact_from_json
from agents.facts.series import Series, series_from_json
from agents.facts.verdict import Verdict, verdict_from_json
from compiler.base.json_files import parse_json, write_text

T = TypeVar("T")


class _Writable(Protocol):
    def to_json(self) -> dict[str, Any]: ...


class UnreadableFacts(ValueError):
    """Raised for a file with an invalid line. The message names the line."""


def write_lines(path: Path, values: Iterable[_Writable]) -> None:
    """Write one value per line. Raises ValueError for NaN and infinities, which JSON does not have."""
    lines = [json.dumps(value.to_json(), sort_keys=True, ensure_ascii=False, allow_nan=False) for value in values]
    write_text(path, "".join(f"{line}\n" for line in lines))


def read_facts(path: Path) -> tuple[Fact, ...]:
    """Return the facts of a file. Raises FileNotFoundError, UnreadableFacts."""
    return _read_lines(path, fact_from_json)


def read_verdicts(path: Path) -> tuple[Verdict, ...]:
    """Return the verdicts of a file. Raises FileNotFoundError, UnreadableFacts."""
    return _read_lines(path, verdict_from_json)


def read_series(path: Path) -> tuple[Series, ...]:
    """Return the series of a file. Raises FileNotFoundError, UnreadableFacts."""
    return _read_lines(path, series_from_json)


def _read_lines(path: Path, from_json: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
    # str.splitlines would also split at separators inside of texts, such as U+2028.
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return tuple(_parse_line(path, number, line, from_json) for number, line in enumerate(lines, start=1) if line)


def _parse_line(path: Path, number: int, line: str, from_json: Callable[[Mapping[str, Any]], T]) -> T:
    try:
        data = parse_json(line)
        if not isinstance(data, dict):
            raise ValueError("not a JSON object")
        return from_json(data)
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableFacts(f"{path}:{number}: {error} (delete the file and build the experiment again)") from error
