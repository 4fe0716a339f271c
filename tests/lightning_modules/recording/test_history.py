"""`history.csv` has one name for each metric, and learning curves are plotted from any history."""

from __future__ import annotations

import math
import tracemalloc
from pathlib import Path

import pytest
from PIL import Image

from compiler.base.json_files import write_json
from lightning_modules.recording.curves import draw_curves, panels_of
from lightning_modules.recording.history import History, LoggedValue, read_history, write_history
from lightning_modules.recording.json_document import json_document

LOGGED = """epoch,eval_loss,step,time_per_step,train_loss_epoch,train_loss_step
0,,0,1.0,,2.5
0,,1,1.0,,nan
0,2.0,1,,,
0,,1,,2.25,
"""
EXPECTED = """epoch,step,eval_loss,time_per_step,train_loss,train_loss_epoch
0,0,,1.0,2.5,
0,1,,1.0,nan,
0,1,2.0,,,
0,1,,,,2.25
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    (tmp_path / "metrics.csv").write_text(LOGGED, encoding="utf-8")
    write_history(tmp_path / "metrics.csv", tmp_path / "history.csv")
    return tmp_path / "history.csv"


def test_metric_has_one_name_for_both_ways_of_logging(history: Path) -> None:
    assert history.read_text(encoding="utf-8") == EXPECTED


def test_history_is_read_by_metric_in_the_order_of_logging(history: Path) -> None:
    series = read_history(history)
    assert list(series["eval_loss"]) == [LoggedValue(0, 1, 2.0)]
    assert [point.step for point in series["train_loss"]] == [0, 1]
    assert math.isnan(series["train_loss"][1].value)


def test_history_is_empty_if_nothing_was_logged(tmp_path: Path) -> None:
    write_history(tmp_path / "none.csv", tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_text(encoding="utf-8") == "epoch,step\n"
    assert read_history(tmp_path / "history.csv") == {}


NAMES = {
    "training only": ["train_loss"],
    "validation only": ["eval_loss"],
    "shipped": ["train_loss", "train_loss_epoch", "eval_loss", "eval_accuracy", "accuracy"],
    "templates": ["train/loss", "val/loss", "val/acc", "test/acc"],
    "no split": ["rmse"],
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_curves_are_plotted_from_any_subset_of_metrics(names: list[str], tmp_path: Path) -> None:
    values = [1.0, math.nan, math.inf, 0.5]
    history = {name: [LoggedValue(0, step, value) for step, value in enumerate(values)] for name in names}
    assert draw_curves(history, "MLP", tmp_path / "curves.png")
    with Image.open(tmp_path / "curves.png") as image:
        image.verify()
        assert image.format == "PNG"
        assert min(image.size) > 400


@pytest.mark.parametrize("history", [{}, {"val/loss": [LoggedValue(0, 0, math.nan)]}], ids=["nothing", "only NaN"])
def test_no_picture_is_drawn_of_nothing(history: History, tmp_path: Path) -> None:
    assert not draw_curves(history, "MLP", tmp_path / "curves.png")
    assert not (tmp_path / "curves.png").exists()


PANELS: dict[str, tuple[list[str], dict[str, tuple[set[str], set[str]]]]] = {
    "shipped": (
        ["train_loss", "train_loss_epoch", "eval_loss", "eval_accuracy", "accuracy", "test_loss"],
        {
            "loss": ({"train_loss", "train_loss_epoch", "eval_loss"}, {"test_loss"}),
            "accuracy": ({"eval_accuracy"}, {"accuracy"}),
        },
    ),
    "templates": (
        ["train/loss", "train/acc", "val/loss", "val/acc", "test/acc", "lr-Adam"],
        {"loss": ({"train/loss", "val/loss"}, set()), "acc": ({"train/acc", "val/acc"}, {"test/acc"})},
    ),
    "no validation": (["rmse", "time"], {"rmse": ({"rmse"}, set())}),
    "several losses": (
        ["val/ce_loss", "val/loss"],
        {"ce_loss": ({"val/ce_loss"}, set()), "loss": ({"val/loss"}, set())},
    ),
    "no loss": (["time", "size"], {"size": ({"size"}, set()), "time": ({"time"}, set())}),
}


@pytest.mark.parametrize(("names", "expected"), PANELS.values(), ids=PANELS)
def test_metrics_of_one_quantity_share_a_panel(
    names: list[str], expected: dict[str, tuple[set[str], set[str]]]
) -> None:
    panels = panels_of({name: [LoggedValue(0, 0, 1.0)] for name in names}, {"accuracy"})
    names_by_panel = {quantity: (set(panel.curves), set(panel.test)) for quantity, panel in panels.items()}
    assert names_by_panel == expected


def test_non_finite_numbers_become_null_in_json(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", json_document({"b": [math.nan, {"c": -math.inf}], "a": 1e30}))
    text = '{\n  "a": 1e+30,\n  "b": [\n    null,\n    {\n      "c": null\n    }\n  ],\n  "schema_version": 1\n}\n'
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == text


def test_a_long_history_is_read_and_written_in_little_memory(tmp_path: Path) -> None:
    rows = (f"0,{step},{step / 7},{step / 3}\n" for step in range(20_000))
    (tmp_path / "lightning.csv").write_text("epoch,step,a,b\n" + "".join(rows))
    tracemalloc.start()
    try:
        write_history(tmp_path / "lightning.csv", tmp_path / "history.csv")
        history = read_history(tmp_path / "history.csv")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000  # a list of all rows takes 12 MB
    assert (len(history["a"]), history["b"][-1].value, history["a"][:2][1].step) == (20_000, 19_999 / 3, 1)
