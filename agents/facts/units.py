"""Derive the unit of a metric from its name, because trainings log numbers without units."""

from __future__ import annotations

_BY_ENDING = {
    "_seconds": "s",
    "_bytes": "bytes",
    "_percent": "percent",
    "samples_per_second": "samples/s",
    "tokens_per_second": "tokens/s",
    "accuracy": "share",
    "precision": "share",
    "recall": "share",
    "_share": "share",
    "_rate": "share",
    "f1": "share",
}
_BY_NAME = {
    "epochs": "epochs",
    "steps": "steps",
    "seconds": "s",
    "train_samples": "samples",
    "test_samples": "samples",
    "ensemble_members": "runs",
}


def unit_of(metric: str) -> str:
    """Return the unit, or an empty string for a name without a known unit."""
    if metric in _BY_NAME:
        return _BY_NAME[metric]
    if metric.rstrip(" )]").endswith("%"):
        return "percent"
    return next((unit for ending, unit in _BY_ENDING.items() if metric.endswith(ending)), "")
