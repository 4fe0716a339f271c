"""Expand `folds` of a spec: k-fold cross-validation as a swept key that selects the fold held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.base.diagnostics import Problem, SpecError
from compiler.base.nested import Keys

FOLDS_PATH: Keys = ("experiment", "folds")
_PARENTS = ("data", "model")  # parts of the config that may read the fold, in this order


@dataclass(frozen=True)
class FoldKeys:
    """The keys of a config that select the fold that is held out, and the number of folds."""

    fold: str
    folds: str


def fold_keys(config: Mapping[str, Any]) -> FoldKeys:
    """Return the keys `fold` and `folds` of the data, of the model, or of the config itself.

    Raises:
        SpecError: The config has no such keys, so no training would read them.
    """
    for name, node in ((f"{parent}.", config.get(parent)) for parent in _PARENTS):
        if isinstance(node, Mapping) and {"fold", "folds"} <= node.keys():
            return FoldKeys(f"{name}fold", f"{name}folds")
    if {"fold", "folds"} <= config.keys():
        return FoldKeys("fold", "folds")
    hint = "add them to the config of the data, as arguments of its class: fold: 0 and folds: 5"
    raise SpecError([Problem(FOLDS_PATH, "needs the keys `fold` and `folds` beside each other in the config", hint)])


def with_folds(fields: Mapping[str, Any], folds: int, keys: FoldKeys) -> dict[str, Any]:
    """Return the `experiment:` node with every fold as a swept value, and with the number of folds in its config.

    Raises:
        SpecError: The spec sets or sweeps one of the keys itself.
    """
    sweep, config = fields.get("sweep") or {}, fields.get("config") or {}
    combined = [sweep.get("zip") or {}, *(sweep.get("list") or [])]
    swept = {str(key).lstrip("+") for part in (sweep, *combined) if isinstance(part, Mapping) for key in part}
    problems = [
        Problem(FOLDS_PATH, f"sweeps '{key}', which the spec sweeps as well", "remove it from the sweep")
        for key in (keys.fold, keys.folds)
        if key in swept
    ]
    if problems:
        raise SpecError(problems)
    every_fold = list(range(folds))
    return {**fields, "sweep": {**sweep, keys.fold: every_fold}, "config": {**config, keys.folds: folds}}
