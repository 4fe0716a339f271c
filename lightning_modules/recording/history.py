"""Write and read `history.csv`, the metrics that a training logged."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

Row = dict[str, str]


@dataclass(frozen=True)
class LoggedValue:
    """One logged value of a metric. `step` counts optimizer steps from 0. The value may be NaN or infinite."""

    epoch: int
    step: int
    value: float


class LoggedValues(Sequence[LoggedValue]):
    """The logged values of a metric, stored as arrays, because a history can have millions of values."""

    def __init__(self) -> None:
        self._epochs, self._steps, self._values = array("q"), array("q"), array("d")

    def append(self, epoch: int, step: int, value: float) -> None:
        self._epochs.append(epoch)
        self._steps.append(step)
        self._values.append(value)

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> LoggedValue: ...
    @overload
    def __getitem__(self, index: slice) -> list[LoggedValue]: ...
    def __getitem__(self, index: int | slice) -> LoggedValue | list[LoggedValue]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        return LoggedValue(self._epochs[index], self._steps[index], self._values[index])


History = Mapping[str, Sequence[LoggedValue]]  # by metric, in the order of logging


def write_history(lightning_csv: Path, target: Path) -> None:
    """Convert the CSV file of Lightning: `epoch` and `step` come first, then the metrics in alphabetical order.

    Lightning logs a metric with both `on_step` and `on_epoch` as `x_step` and `x_epoch`. Here `x_step` becomes `x`, so
    that the training loss of a step is `train_loss` for every model. If nothing was logged, only a header is written.
    """
    header = _header(lightning_csv)
    names = _history_names(set(header))
    columns = ["epoch", "step", *sorted({*names.values()} - {"epoch", "step"})]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        if header:
            rows = _read_rows(lightning_csv)
            writer.writerows({names[name]: value for name, value in row.items() if name in names} for row in rows)


def read_history(path: Path) -> History:
    history: dict[str, LoggedValues] = {}
    for row in _read_rows(path):
        epoch, step = int(row.pop("epoch") or 0), int(row.pop("step"))
        for metric, value in row.items():
            if value:
                history.setdefault(metric, LoggedValues()).append(epoch, step, float(value))
    return history


def _read_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _header(path: Path) -> Sequence[str]:
    """Return the columns of a file that has rows, otherwise none."""
    if not path.is_file():
        return ()
    return tuple(next(_read_rows(path), {}))


def _history_names(columns: set[str]) -> dict[str, str]:
    """Return the name in `history.csv` of each column of Lightning's file."""
    stems = {name.removesuffix("_epoch") for name in columns if name.endswith("_epoch")}
    step_columns = {f"{stem}_step": stem for stem in stems}
    return {name: step_columns.get(name, name) for name in columns}
