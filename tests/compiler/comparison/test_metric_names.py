"""The direction and the unit of a metric are read from its name, and a name that does not tell them is not guessed."""

from __future__ import annotations

import pytest

from compiler.comparison.metric_names import is_lower_better, is_percent, value_range

LOWER = (
    "loss",
    "eval_loss",
    "valLoss",
    "test/loss",
    "error_rate",
    "top1_error",
    "RMSE",
    "perplexity",
    "nll",
    "wer_pct",
)
HIGHER = ("accuracy", "final_accuracy", "valAcc", "acc@5", "f1", "macro_F1", "R2", "AUROC", "accuracy_percent", "bleu")
UNKNOWN = ("epochs", "glossary", "terror", "score", "precision_error", "accuracy_loss", "reward", "m")


@pytest.mark.parametrize("metric", LOWER)
def test_lower_values_are_better(metric: str) -> None:
    assert is_lower_better(metric) is True


@pytest.mark.parametrize("metric", HIGHER)
def test_higher_values_are_better(metric: str) -> None:
    assert is_lower_better(metric) is False


@pytest.mark.parametrize("metric", UNKNOWN)
def test_direction_is_not_guessed(metric: str) -> None:
    assert is_lower_better(metric) is None
    assert value_range(metric) is None


RANGES = {
    "accuracy": (0.0, 1.0),
    "val_f1": (0.0, 1.0),
    "accuracy_pct": (0.0, 100.0),
    "acc%": (0.0, 100.0),
    "eval_loss": (0.0, float("inf")),
    "nll": None,  # of a density, which may exceed one
    "bleu": None,  # from 0 to 1, or from 0 to 100
}


@pytest.mark.parametrize(("metric", "limits"), RANGES.items(), ids=RANGES)
def test_range_follows_from_the_name(metric: str, limits: tuple[float, float] | None) -> None:
    assert value_range(metric) == limits


def test_percent_is_a_word_of_the_name() -> None:
    assert [is_percent(name) for name in ("accuracy_percent", "errPct", "wer_percentage", "percentile", "pctl")] == [
        *(True, True, True),
        *(False, False),
    ]
