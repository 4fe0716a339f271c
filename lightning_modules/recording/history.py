"""Write and read `history.csv`, the metrics that a training logged."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class LoggedValue:
    """One logged value of a metric. `step` counts optimizer steps from 0. The value may be NaN or infinite."""

    epoch: int
    step: int
    value: float


History = dict[str, list[LoggedValue]]  # by metric, in the order of logging


def write_history(lightning_csv: Path, target: Path) -> None:
    """Convert the CSV file of Lightning: `epoch` and `step` come first, then the metrics in alphabetical order.

    Lightning logs a metric with both `on_step` and `on_epoch` as `x_step` and `x_epoch`. Here `x_step` becomes `x`, so
    that the training loss of a step is `train_loss` for every model. If nothing was logged, only a header is written.
    """
    rows = _read_rows(lightning_csv) if lightning_csv.is_file() else []
    names = _history_names(set().union(*rows)) if rows else {}
    columns = ["epoch", "step", *sorted({*names.values()} - {"epoch", "step"})]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({names[name]: value for name, value in row.items()} for row in rows)


def read_history(path: Path) -> History:
    history: History = {}
    for row in _read_rows(path):
        epoch, step = int(row.pop("epoch") or 0), int(row.pop("step"))
        for metric, value in row.items():
            if value:
                history.setdefault(metric, []).append(LoggedValue(epoch, step, float(value)))
    return history


def _read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _history_names(columns: set[str]) -> dict[str, str]:
    """Return the name in `history.csv` of each column of Lightning's file."""
    stems = {name.removesuffix("_epoch") for name in columns if name.endswith("_epoch")}
    step_columns = {f"{stem}_step": stem for stem in stems}
    return {name: step_columns.get(name, name) for name in columns}
