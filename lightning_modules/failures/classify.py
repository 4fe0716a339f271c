"""Determine the kind of a failure from its exception.

The kind decides what happens next. A failure of the run itself (it diverged, or its code raised) is a result: it is
recorded, and the job succeeds. A failure of the machine is transient: the attempt is discarded and repeated, and only
the last attempt records the failure.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import traceback
import urllib.error

import torch
from lightning.pytorch.utilities.memory import is_oom_error

from compiler.base.redaction import redact_keys
from compiler.runs.run_status import RunError
from lightning_modules.data.verify import WrongData
from lightning_modules.failures.environment import failing_line, is_environment_fault, without_wrappers
from lightning_modules.failures.kinds import run_error
from lightning_modules.failures.non_finite import NonFiniteLoss

_NETWORK_LIBRARIES = frozenset({"requests", "urllib3", "httpx", "httpcore", "aiohttp"})  # identified by module
# The kernel kills the largest process, which can be a worker. After a crash of native code, torch prints the same text.
_LOST_WORKER = re.compile(r"DataLoader worker \(pid.*\) (?:exited unexpectedly|is killed by signal)")
_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})


class OutputsNotWritten(Exception):
    """The training finished, but its outputs could not be written."""


class OtherRankFailed(Exception):
    """Another process of a training on several devices failed."""

    def __init__(self, rank: int, kind: str, message: str) -> None:
        super().__init__(f"process {rank} of the training: {message}")
        self.kind = kind


class CommandFailed(Exception):
    """The command line of a run failed."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class TransientFailure(Exception):
    """The attempt failed because of the machine. Its files are deleted."""

    def __init__(self, run_id: str, attempt: int, kind: str, message: str) -> None:
        super().__init__(f"run {run_id}, attempt {attempt}: {kind}: {message} (discarded; another attempt may succeed)")
        self.kind = kind


def failure_kind(error: BaseException) -> str:
    """Return the kind of the outermost exception in the chain of causes that has a kind, else `error`.

    Only explicit causes (`raise … from …`) count. An implicit context may be unrelated.
    """
    chain = without_wrappers(error)
    kind = next((kind for kind in map(_kind_of_exception, chain) if kind), None)
    is_writing = any(isinstance(link, OutputsNotWritten) for link in chain)
    return kind or ("evidence" if is_writing else "error")


def describe_failure(error: BaseException, kind: str) -> RunError:
    """Return the `error` entry of status.json, without the keys that the message or a line of source contains.

    The message is that of the cause, not that of a wrapper around it.
    """
    chain = without_wrappers(error)
    cause = next((link for link in chain if _kind_of_exception(link) == kind), chain[0])
    place = failing_line(cause) if kind == "environment" else ""
    message = f"{place}{str(cause) or type(cause).__name__}"
    return run_error(kind, redact_keys(message), redact_keys("".join(traceback.format_exception(error))))


def _kind_of_exception(error: BaseException) -> str | None:
    library = type(error).__module__.partition(".")[0]
    if isinstance(error, OtherRankFailed | CommandFailed):
        return error.kind
    if isinstance(error, NonFiniteLoss):
        return "non_finite"
    if isinstance(error, RuntimeError) and _LOST_WORKER.search(str(error)):
        return "killed"
    if isinstance(error, torch.OutOfMemoryError | MemoryError) or is_oom_error(error):
        return "out_of_memory"
    if isinstance(error, WrongData | FileNotFoundError):
        return "data"
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror | urllib.error.URLError):
        return "network"
    if library in _NETWORK_LIBRARIES:
        return "network"
    if _is_full_disk(error):
        return "no_space"
    if isinstance(error, ImportError) or is_environment_fault(error):
        return "environment"
    return "tracking" if library == "wandb" else None


def _is_full_disk(error: BaseException) -> bool:
    """Return whether the disk is full. Native libraries such as safetensors pass on only the text of the OS error."""
    if isinstance(error, OSError):
        return error.errno in _FULL_DISK
    return any(os.strerror(number) in str(error) for number in _FULL_DISK)
