"""Write the learning curves of an experiment for `dvc plots show`: one table for each run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from compiler.base.json_files import write_text
from compiler.base.metric_split import parse_metric
from compiler.plan.model import PlannedExperiment
from rules.results.arms import group_by_arm
from rules.results.run_record import RunRecord

MAX_CURVES = 30  # DVC draws a plot for each
_FIRST_COLUMNS = ("epoch", "step")


def curve_texts(experiment: PlannedExperiment, runs: Mapping[str, RunRecord], metric: str) -> Iterator[tuple[str, str]]:
    """Yield the file name and the text of each curve: the rows of history.csv, with the plotted metric last.

    All runs have one, or the first run of each arm if there are more than `MAX_CURVES` runs.
    """
    for name, run_id in _selected(experiment):
        if text := _curve(runs[run_id].folder / "output" / "history.csv", metric):
            yield f"{name}.csv", text


def write_curves(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the curves to a folder, and delete those of former runs."""
    for file in folder.glob("*.csv"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        write_text(folder / name, text)
    if not texts and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _selected(experiment: PlannedExperiment) -> list[tuple[str, str]]:
    names = {point.run: point.name for point in reversed(experiment.points)}
    runs = experiment.runs
    if len(runs) > MAX_CURVES:
        runs = [arm.runs[0] for arm in group_by_arm(experiment) if arm.runs][:MAX_CURVES]
    return [(names[run], run) for run in runs]


def _curve(file: Path, metric: str) -> str:
    """Return the rows of a history, "" if it has no metric or cannot be read."""
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, ValueError, csv.Error):
        return ""
    names = [name for name in (rows[0] if rows else ()) if name is not None and name not in _FIRST_COLUMNS]
    if not names:
        return ""
    plotted = _plotted(names, metric)
    columns = [*_FIRST_COLUMNS, *(name for name in names if name != plotted), plotted]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _plotted(names: Sequence[str], metric: str) -> str:
    """Return the column to plot: the metric, else the same quantity of another split, else a validation metric."""
    quantity = parse_metric(metric).quantity
    same = [name for name in names if parse_metric(name).quantity == quantity]
    validation = [name for name in names if parse_metric(name).split == "validation"]
    return next((name for name in (metric, *same, *validation) if name in names), names[-1])
