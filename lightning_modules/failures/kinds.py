"""The kinds of failures, and what to do about each. Without torch, for those who only watch a training."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

HINTS = {
    "error": "read the traceback, then change the config or the code",
    "non_finite": "lower the learning rate, clip the gradients (trainer.gradient_clip_val), or look for bad samples",
    "out_of_memory": "lower data.batch_size, or ask for more with resources.mem_mb or a larger GPU",
    "killed": "look in the scheduler's or the kernel's log: mostly resources.mem_mb or resources.runtime was too small",
    "no_space": "make room on the disk, then build again",
    "network": "see that the server can be reached, then build again",
    "data": "bring the data (`dvc repro` or `dvc pull`), or compile again if they were meant to change",
    "environment": "install what is missing into the environment that trains",
    "tracking": "see `wandb status` and WANDB_API_KEY, or choose tracking=wandb_offline",
    "evidence": "see why the results folder cannot be written, then build again",
}
SUBJECT_KINDS = frozenset({"error", "non_finite"})


def is_transient(kind: str) -> bool:
    """Whether another attempt can help: the machine failed, not the run."""
    return kind not in SUBJECT_KINDS


def is_machine_failure(status: Mapping[str, Any]) -> bool:
    """Whether a run failed, and for no fault of its own: another build tries it again."""
    return bool(status["error"]) and is_transient(status["error"]["kind"])


def error_record(kind: str, message: str, traceback: str = "") -> dict[str, str]:
    """The `error` of a status."""
    return {"kind": kind, "message": message, "hint": HINTS[kind], "traceback": traceback}


def killed_error(signal_number: int) -> dict[str, str]:
    """The `error` of a training that a signal ended before it could write one."""
    try:
        name = signal.Signals(signal_number).name
    except ValueError:
        name = "an unknown signal"
    return error_record("killed", f"the training was ended from outside by {name} (signal {signal_number})")
