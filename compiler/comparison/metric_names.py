"""Guess from the name of a metric whether higher values are better, and in which unit it is written."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]?[a-z]+\d*|[A-Z]+\d*(?![a-z])|\d+|%")
# Metrics that are never negative, and better if they are lower.
_ERRORS = frozenset(
    {"error", "errors", "err", "rmse", "mse", "mae", "mape", "smape", "perplexity", "ppl", "wer", "cer", "eer"}
    | {"fid", "brier", "ece", "bpc", "bpb", "loss", "losses", "misclassification"}
)
_LOWER_IS_BETTER = _ERRORS | {"nll"}
_SHARES = frozenset(
    {"accuracy", "acc", "f1", "precision", "recall", "auc", "auroc", "auprc", "rocauc", "iou", "miou", "dice"}
    | {"mrr", "ndcg"}
)
_HIGHER_IS_BETTER = _SHARES | {"bleu", "rouge", "r2", "mcc", "kappa"}
_PERCENT = frozenset({"percent", "percentage", "pct", "%"})


def is_lower_better(metric: str) -> bool | None:
    """Return whether lower values are better, None if the name does not show it."""
    words = _words(metric)
    is_lower, is_higher = bool(words & _LOWER_IS_BETTER), bool(words & _HIGHER_IS_BETTER)
    return is_lower if is_lower != is_higher else None


def is_percent(metric: str) -> bool:
    """Return whether the metric is written in percent."""
    return bool(_words(metric) & _PERCENT)


def value_range(metric: str) -> tuple[float, float] | None:
    """Return the smallest and largest possible value of a metric, None if the name does not show it."""
    words = _words(metric)
    if is_lower_better(metric):
        return (0.0, float("inf")) if words & _ERRORS else None
    if not words & _SHARES or is_lower_better(metric) is None:
        return None
    return (0.0, 100.0) if is_percent(metric) else (0.0, 1.0)


def _words(metric: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(metric)}
