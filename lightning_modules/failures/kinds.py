"""Define the kinds of failures and a hint for each. It imports no torch, so the main process can import it."""

from __future__ import annotations

import signal

from compiler.runs.run_status import RunError, RunStatus

HINTS = {
    "error": "read the traceback, then correct the config or the code",
    "non_finite": "lower the learning rate, clip gradients (trainer.gradient_clip_val), or look for invalid samples",
    "out_of_memory": "lower data.batch_size, or request more memory (resources.mem_mb) or a larger GPU",
    "killed": "read the log of the scheduler or the kernel; often resources.mem_mb or resources.runtime is too small",
    "no_space": "free disk space, then build again",
    "network": "check that the server can be reached, then build again",
    "data": "get the data with `dvc pull` or `dvc repro`, or compile again if they were changed on purpose",
    "environment": "install or allow what is missing in the environment that trains, then build again",
    "tracking": "check `wandb status` and WANDB_API_KEY, or set tracking=offline",
    "evidence": "check that the results folder can be written, then build again",
}
RESULT_KINDS = frozenset({"error", "non_finite"})  # results of the experiment; all others are failures of the machine


def is_transient(kind: str) -> bool:
    """Return whether another attempt may succeed, because the machine failed and not the code or config of the run."""
    return kind not in RESULT_KINDS


def is_retried(kind: str) -> bool:
    """Return whether the same build makes another attempt. What is missing in an environment does not appear by itself.

    The next build tries again in either case.
    """
    return is_transient(kind) and kind != "environment"


def is_machine_failure(status: RunStatus) -> bool:
    """Return whether the run failed because of the machine. Another build then trains it again."""
    return status.error is not None and is_transient(status.error.kind)


def run_error(kind: str, message: str, traceback: str = "") -> RunError:
    """Return the error with the hint for its kind."""
    return RunError(kind, message, HINTS[kind], traceback)


def killed_error(signal_number: int) -> RunError:
    """Return the error of a training process that was ended by a signal and could not record it itself."""
    try:
        name = signal.Signals(signal_number).name
    except ValueError:
        name = "an unknown signal"
    return run_error("killed", f"the training process was ended by {name} (signal {signal_number})")
