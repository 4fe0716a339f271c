"""Learning curves for DVC contain the rows of the histories, and those of former runs are deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from rules.results.for_dvc.curves import _curve, write_curves
from rules.results.for_dvc.obsolete import delete_obsolete

HISTORIES = {
    "the metric itself": ("epoch,step,accuracy,train_loss\n0,1,0.5,2\n", "epoch,step,train_loss,accuracy\n0,1,2,0.5\n"),
    "the same quantity": (
        "epoch,step,val_accuracy,val_loss\n0,1,0.5,2\n0,2,,\n",
        "epoch,step,val_loss,val_accuracy\n0,1,2,0.5\n0,2,,\n",
    ),
    "a validation metric": ("epoch,step,val_loss,zeta\n0,1,2,3\n", "epoch,step,zeta,val_loss\n0,1,3,2\n"),
    "another metric": ("epoch,step,train_loss\n0,1,2\n", "epoch,step,train_loss\n0,1,2\n"),
    "no epochs": ("step,train_loss\n1,2\n", "epoch,step,train_loss\n,1,2\n"),
    "no metric": ("epoch,step\n0,1\n", ""),
    "no row": ("epoch,step,train_loss\n", ""),
    "an empty file": ("", ""),
    "a row that is too long": ("epoch,step,a\n0,1,2,3\n", "epoch,step,a\n0,1,2\n"),
}


@pytest.mark.parametrize(("history", "curve"), HISTORIES.values(), ids=HISTORIES)
def test_curve_has_the_rows_of_the_history_and_the_plotted_metric_last(
    history: str, curve: str, tmp_path: Path
) -> None:
    file = tmp_path / "history.csv"
    file.write_text(history, encoding="utf-8")
    assert _curve(file, "accuracy") == curve


def test_run_without_a_history_has_no_curve(tmp_path: Path) -> None:
    assert _curve(tmp_path / "history.csv", "accuracy") == ""


def test_curves_of_former_runs_are_deleted(tmp_path: Path) -> None:
    write_curves(tmp_path / "study", {"a.csv": "1", "b.csv": "2"})
    write_curves(tmp_path / "study", {"b.csv": "3"})
    assert {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "study").iterdir()} == {"b.csv": "3"}


def test_files_of_experiments_that_left_the_lab_are_deleted(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    for name in ("kept", "left", "left=1,5"):
        lab.metrics(name).parent.mkdir(parents=True, exist_ok=True)
        lab.metrics(name).write_text("{}", encoding="utf-8")
        write_curves(lab.curves(name), {"base.csv": "x"})
    (lab.curves("left") / "own.txt").write_text("", encoding="utf-8")
    delete_obsolete(lab, {"kept"})
    files = sorted(file.relative_to(lab.results).as_posix() for file in lab.results.rglob("*") if file.is_file())
    assert files == ["metrics/kept.json", "plots/kept/base.csv", "plots/left/own.txt"]


def test_lab_without_metrics_has_nothing_to_delete(tmp_path: Path) -> None:
    delete_obsolete(Lab(tmp_path), set())
    assert list(tmp_path.iterdir()) == []
