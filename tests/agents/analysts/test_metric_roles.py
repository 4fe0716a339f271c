"""The analysts find the losses and the evaluated metric of a training under the names of any convention."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from agents.analysts.performance.metric_series import LoggedMetrics, is_loss, logged_metrics
from agents.facts.fact import Source
from agents.facts.ids import metric_part
from agents.facts.series import Series

SOURCE = Source("history.csv", "0" * 64)
CASES: dict[str, tuple[str, list[str], LoggedMetrics]] = {
    "shipped models": (
        "accuracy",
        ["train_loss", "train_loss_step", "eval_loss", "eval_accuracy"],
        LoggedMetrics("train_loss", "eval_loss", "eval_accuracy"),
    ),
    "templates": (
        "test/acc",
        ["train/loss", "train/acc", "val/loss", "val/acc", "val/acc_best"],
        LoggedMetrics("train/loss", "val/loss", "val/acc"),
    ),
    "suffixes": ("acc/test", ["loss/train", "loss/val", "acc/val"], LoggedMetrics("loss/train", "loss/val", "acc/val")),
    "parts of a loss": ("test_f1", ["val_ce_loss", "val_loss", "loss"], LoggedMetrics("loss", "val_loss", "val_loss")),
    "an error": ("rmse", ["val/rmse", "train/mse"], LoggedMetrics("train/mse", "val/rmse", "val/rmse")),
    "blanks": ("Top-1 (%)", ["val/Top-1 (%)"], LoggedMetrics(None, None, "val/Top-1 (%)")),
    "no split": ("score", ["score", "size"], LoggedMetrics(None, None, "score")),
    "training only": ("test/acc", ["train/acc"], LoggedMetrics(None, None, None)),
    "nothing": ("accuracy", [], LoggedMetrics(None, None, None)),
}


@pytest.mark.parametrize(("tested", "names", "expected"), CASES.values(), ids=CASES)
def test_roles_follow_from_the_names(tested: str, names: list[str], expected: LoggedMetrics) -> None:
    assert logged_metrics(case_of(tested, names)) == expected


def test_declared_split_takes_precedence_over_the_name() -> None:
    names = ["mae", "held_out_mae", "train_mae"]
    assert logged_metrics(case_of("mae", names)) == LoggedMetrics("mae", None, "mae")
    declared = {"held_out_mae": "validation", "mae": "train", "train_mae": "test"}
    assert logged_metrics(case_of("held_out_mae", names, declared)) == LoggedMetrics(
        "mae", "held_out_mae", "held_out_mae"
    )


def case_of(tested: str, names: list[str], splits: dict[str, str] | None = None) -> Any:
    series = tuple(Series("run[a]", name, (1, 2), (1.0, 2.0), SOURCE) for name in names)
    facts = {"experiment.metric": SimpleNamespace(value=tested)}
    spec = {} if splits is None else {"metric_splits": splits}
    return SimpleNamespace(series=series, book=SimpleNamespace(facts=facts), spec=spec)


@pytest.mark.parametrize(("metric", "expected"), [("val/loss", True), ("loss_epoch", True), ("val/acc", False)])
def test_a_loss_is_recognised(metric: str, expected: bool) -> None:
    assert is_loss(metric) is expected


IDS = {
    "val/acc": "val/acc",
    "Top-1 (%)": "Top-1 (%)",
    "a,b": "a,b",
    "x{y}": "x_y_",
    "a \t\n b": "a b",
    "acc[0]": "acc[0]",
}


@pytest.mark.parametrize(("name", "part"), IDS.items(), ids=repr)
def test_a_metric_keeps_its_name_in_ids(name: str, part: str) -> None:
    """A placeholder ends at a brace, and a line of a document at a line break."""
    assert metric_part(name) == part
