"""What was logged, and when: `history.csv` and its reading."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class Logged:
    """One logged value. `step` counts optimizer steps from 0; the value may be NaN or infinite."""

    epoch: int
    step: int
    value: float


def write_history(logged: Path, target: Path) -> None:
    """Lightning's CSV as one table: `epoch` and `step` first, then the metrics by name, a row for each time of logging.

    A metric logged with both `on_step` and `on_epoch` comes as `x_step` and `x_epoch`; here the former is `x` again,
    so that `train_loss` has one name whichever way a model logs it. Without a logged row there is only a header.
    """
    rows = _rows(logged) if logged.is_file() else []
    names = _plain_names(set().union(*rows)) if rows else {}
    columns = ["epoch", "step", *sorted({*names.values()} - {"epoch", "step"})]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({names[name]: value for name, value in row.items()} for row in rows)


def read_history(path: Path) -> dict[str, list[Logged]]:
    """The values of each metric in the order of logging."""
    series: dict[str, list[Logged]] = {}
    for row in _rows(path):
        epoch, step = int(row.pop("epoch") or 0), int(row.pop("step"))
        for name, value in row.items():
            if value:
                series.setdefault(name, []).append(Logged(epoch, step, float(value)))
    return series


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plain_names(columns: set[str]) -> dict[str, str]:
    stems = {name.removesuffix("_epoch") for name in columns if name.endswith("_epoch")}
    return {name: _plain_name(name, stems) for name in columns}


def _plain_name(name: str, stems: set[str]) -> str:
    stem = name.removesuffix("_step")
    return stem if name.endswith("_step") and stem in stems else name
