"""Reject keys of the trainer with which a run only tries out a few batches, because such a run is no evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.spec.compare import Compare

_FLAGS = ("fast_dev_run", "barebones")
_LIMITS = ("limit_train_batches", "limit_val_batches", "limit_test_batches", "overfit_batches")
_TRY = "to try out a few batches without recording them: proband try EXPERIMENT"


def trial_flag_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield flags that make any run a trial."""
    for key in _FLAGS:
        value = _trainer(config).get(key)
        if value not in (None, False, 0) and value != "???":
            yield Problem(("trainer", key), "would make this run a trial, which is no result", _TRY)


def limited_evidence_problems(config: Mapping[str, Any], compare: Compare) -> Iterator[Problem]:
    """Yield limits on the batches of runs that a registered test compares, except a limit that is its factor."""
    for key in _LIMITS:
        value = _trainer(config).get(key)
        if _is_partial(key, value) and compare.factor != f"trainer.{key}":
            problem = f"with {value} batches, the compared runs are trials, which are no evidence"
            hint = f"remove it or `compare`; to train less, set trainer.max_steps or max_epochs; {_TRY}"
            yield Problem(("trainer", key), problem, hint)


def _is_partial(key: str, value: Any) -> bool:
    """Return whether a limit leaves out batches. An integer counts batches, of which 1 is not all, unlike 1.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if key == "overfit_batches":
        return value != 0
    return not (isinstance(value, float) and value == 1.0)


def _trainer(config: Mapping[str, Any]) -> Mapping[str, Any]:
    trainer = config.get("trainer")
    return trainer if isinstance(trainer, Mapping) else {}
