"""The split and the quantity of a metric are read from its name, whatever convention it follows."""

from __future__ import annotations

import pytest

from compiler.base.metric_split import MetricName, parse_metric

NAMES = {
    "val/acc": MetricName("validation", "acc"),
    "val_acc": MetricName("validation", "acc"),
    "eval_loss": MetricName("validation", "loss"),
    "valid.f1": MetricName("validation", "f1"),
    "Validation/Top-1 (%)": MetricName("validation", "Top-1 (%)"),
    "acc/val": MetricName("validation", "acc"),
    "loss_val": MetricName("validation", "loss"),
    "val/acc/dataloader_idx_1": MetricName("validation", "acc"),
    "train/loss": MetricName("train", "loss"),
    "train_loss_epoch": MetricName("train", "loss_epoch"),
    "test/acc": MetricName("test", "acc"),
    "test_loss": MetricName("test", "loss"),
    "rmse": MetricName(None, "rmse"),
    "accuracy": MetricName(None, "accuracy"),
    "value/acc": MetricName(None, "value/acc"),
    "testing": MetricName(None, "testing"),
    "val/": MetricName(None, "val/"),
    "": MetricName(None, ""),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=NAMES)
def test_split_and_quantity(name: str, expected: MetricName) -> None:
    assert parse_metric(name) == expected


LOSSES = ["loss", "val/loss", "val_loss", "test/ce_loss", "loss/train", "train/loss_step", "loss_epoch"]
LOSSES += ["val/mse", "train/rmse_mean", "losses/val/kl_loss", "val/loss/dataloader_idx_0", "nll_val"]
OTHERS = ["accuracy", "val/acc", "loss_scale", "train/loss_weight", "lossless_ratio", "nan_count", "glossary"]


@pytest.mark.parametrize(("name", "expected"), [*((n, True) for n in LOSSES), *((n, False) for n in OTHERS)])
def test_losses(name: str, expected: bool) -> None:
    assert parse_metric(name).is_loss is expected
