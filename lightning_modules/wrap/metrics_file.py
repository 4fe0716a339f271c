"""Read the metrics and the history that a command wrote, and check that they are not from an earlier command."""

from __future__ import annotations

import csv
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.json_files import parse_json
from lightning_modules.wrap.recorder import RunRecorder
from lightning_modules.wrap.returned_metrics import SEPARATOR, WrongMetrics, returned_metrics

MAX_BYTES = 2**20
MAX_HISTORY_BYTES = 2**26
_POSITIONS = ("step", "epoch")


@dataclass(frozen=True)
class FileState:
    """What distinguishes a file from one that was written later. None if there is no file."""

    state: tuple[int, int, int] | None

    @classmethod
    def of(cls, file: Path) -> FileState:
        try:
            current = os.stat(file)
        except OSError:
            return cls(None)
        return cls((current.st_ino, current.st_mtime_ns, current.st_size))

    def check_written(self, file: Path, command: str) -> None:
        """Check that the file exists and was written since then. Raises WrongMetrics."""
        after = FileState.of(file)
        if after.state is None:
            raise WrongMetrics(f"the command wrote no {file.name} (expected at {file}; set metrics_file, history_file)")
        if after == self:
            raise WrongMetrics(f"{file} is from an earlier command: {command} has not written it")


def read_metrics(file: Path) -> dict[str, float]:
    """Return the numbers in a JSON object. Names of nested objects are joined by slashes; null counts as NaN.

    Texts, lists, true and false are no metrics and are ignored.

    Raises:
        WrongMetrics: It is not one JSON object with numbers, or has a key twice.
        NonFiniteLoss: A number is NaN, infinite or null.
    """
    text = _text(file, MAX_BYTES)
    try:
        content = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise WrongMetrics(f"{file.name} is not JSON: {error}") from error
    if not isinstance(content, Mapping):
        raise WrongMetrics(f'{file.name} is not a JSON object such as {{"accuracy": 0.9}}')
    return returned_metrics(_numbers(content, file.name), file.name)


def log_history(file: Path, run: RunRecorder) -> None:
    """Log the rows of a CSV file or of JSON lines. The columns `step` and `epoch` are positions.

    Raises:
        WrongMetrics: A row has another format.
    """
    for number, row in enumerate(_rows(file), start=1):
        try:
            positions = {key: int(float(row[key])) for key in _POSITIONS if row.get(key) not in (None, "")}
            values = {key: float(value) for key, value in row.items() if key not in _POSITIONS and _is_value(value)}
            run.log(values, step=positions.get("step"), epoch=positions.get("epoch"))
        except (TypeError, ValueError) as error:
            raise WrongMetrics(f"{file.name}, row {number}: {error}") from error


def _rows(file: Path) -> Iterator[Mapping[str, Any]]:
    lines = _text(file, MAX_HISTORY_BYTES).splitlines()
    if file.suffix == ".csv":
        yield from csv.DictReader(lines)
        return
    for line in filter(str.strip, lines):
        row = parse_json(line)
        if not isinstance(row, Mapping):
            raise WrongMetrics(f"{file.name} has a line that is not a JSON object")
        yield row


def _is_value(value: Any) -> bool:
    return value not in (None, "") and not isinstance(value, bool | list | dict)


def _numbers(content: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the content without values that are no numbers, which are listed in the log."""
    numbers: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, Mapping):
            if inner := _numbers(value, f"{path}{SEPARATOR}{key}"):
                numbers[key] = inner
        elif isinstance(value, str | bool | list):
            print(f"{path}: '{key}' is a {type(value).__name__}, so it is no metric")
        else:
            numbers[key] = float("nan") if value is None else value
    return numbers


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise ValueError(f"the key '{max(keys, key=keys.count)}' occurs twice")
    return dict(pairs)


def _text(file: Path, max_bytes: int) -> str:
    """Return the text of a regular file that is not larger than a limit. Raises WrongMetrics."""
    try:
        properties = os.stat(file)
        if not stat.S_ISREG(properties.st_mode):
            raise WrongMetrics(f"{file.name} is not a file")
        if properties.st_size > max_bytes:
            raise WrongMetrics(f"{file.name} has {properties.st_size} bytes, more than {max_bytes}")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongMetrics(f"{file.name} cannot be read: {error}") from error
