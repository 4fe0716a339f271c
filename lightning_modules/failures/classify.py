"""What went wrong, and whether another attempt can help.

A subject failure is a finding about the run itself: it diverged, or its code raised. It is written down, and the job
is done. A transient failure is the machine's: the attempt is void and may be repeated; the last one writes it down.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import traceback
import urllib.error
from collections.abc import Iterator

import torch
from lightning.pytorch.utilities.memory import is_oom_error

from lightning_modules.data.verify import WrongData
from lightning_modules.failures.kinds import error_record
from lightning_modules.failures.non_finite import NonFiniteLoss

# Libraries whose own exceptions are not Python's ConnectionError.
_NETWORK_LIBRARIES = frozenset({"requests", "urllib3", "httpx", "httpcore", "aiohttp"})
# The kernel ends the greatest process, which may be a worker. A crash of native code looks the same to torch.
_LOST_WORKER = re.compile(r"DataLoader worker \(pid.*\) (?:exited unexpectedly|is killed by signal)")
_FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})


class EvidenceNotWritten(Exception):
    """The training is over, but what it showed could not be written."""


class OtherRankFailed(Exception):
    """Of a training on several devices, another process than the one that tells of it failed."""

    def __init__(self, rank: int, kind: str, message: str) -> None:
        super().__init__(f"process {rank} of the training: {message}")
        self.kind = kind


class TransientFailure(Exception):
    """The attempt failed for a reason outside the run. Nothing of it is kept."""

    def __init__(self, run_id: str, attempt: int, kind: str, message: str) -> None:
        super().__init__(f"run {run_id}, attempt {attempt}: {kind}: {message} (the attempt is void; try again)")
        self.kind = kind


def failure_kind(error: BaseException) -> str:
    """One word for a failure. The outermost cause with a kind of its own decides; anything else is an `error`.

    Only explicit causes (`raise … from …`) count: what happened to be handled before may have nothing to do with it.
    """
    links = list(_causes(error))
    known = next((kind for kind in map(_own_kind, links) if kind), None)
    written = any(isinstance(link, EvidenceNotWritten) for link in links)
    return known or ("evidence" if written else "error")


def described(error: BaseException, kind: str) -> dict[str, str]:
    """The `error` of a status."""
    return error_record(kind, str(error) or type(error).__name__, "".join(traceback.format_exception(error)))


def _causes(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__


def _own_kind(error: BaseException) -> str | None:
    library = type(error).__module__.partition(".")[0]
    if isinstance(error, OtherRankFailed):
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
    if isinstance(error, ImportError):
        return "environment"
    return "tracking" if library == "wandb" else None


def _is_full_disk(error: BaseException) -> bool:
    """Libraries that write by themselves, as safetensors does, hand on only the words of the system's error."""
    if isinstance(error, OSError):
        return error.errno in _FULL_DISK
    return any(os.strerror(number) in str(error) for number in _FULL_DISK)
