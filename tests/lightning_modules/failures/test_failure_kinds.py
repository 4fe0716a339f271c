"""Every failure has one kind, which decides whether the attempt is repeated."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import urllib.error
from pathlib import Path

import httpx
import pytest
import torch
import wandb
from hydra.errors import InstantiationException
from hydra.utils import instantiate
from lightning.pytorch.utilities.exceptions import MisconfigurationException

from lightning_modules.data.verify import WrongData
from lightning_modules.failures.classify import OutputsNotWritten, describe_failure, failure_kind
from lightning_modules.failures.kinds import HINTS, is_transient, killed_error
from lightning_modules.failures.non_finite import NonFiniteLoss


def with_cause(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def with_context(error: Exception, other: Exception) -> Exception:
    error.__context__ = other
    return error


DISK_FULL = OSError(errno.ENOSPC, "No space left on device")
FAILURES = {
    "diverged training": (NonFiniteLoss("train_loss is nan"), "non_finite"),
    "exception of the model": (ValueError("shapes"), "error"),
    "memory of torch": (torch.OutOfMemoryError("CUDA out of memory"), "out_of_memory"),
    "memory of Python": (MemoryError(), "out_of_memory"),
    "CPU allocator": (
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried …"),
        "out_of_memory",
    ),
    "killed worker": (RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. "), "killed"),
    "worker that exited": (RuntimeError("DataLoader worker (pid(s) 7, 8) exited unexpectedly"), "killed"),
    "disk": (DISK_FULL, "no_space"),
    "quota": (OSError(errno.EDQUOT, "Disk quota exceeded"), "no_space"),
    "native library on a full disk": (
        RuntimeError("I/O error: No space left on device (os error 28)"),
        "no_space",
    ),
    "forbidden file": (PermissionError(errno.EACCES, "Permission denied"), "environment"),
    "read-only file system": (OSError(errno.EROFS, "Read-only file system"), "environment"),
    "other OS error": (OSError(errno.EINVAL, "Invalid argument"), "error"),
    "no GPU, Lightning": (MisconfigurationException("No supported gpu backend found!"), "environment"),
    "no GPU, torch": (RuntimeError("Found no NVIDIA driver on your system."), "environment"),
    "torch without CUDA": (AssertionError("Torch not compiled with CUDA enabled"), "environment"),
    "broken library": (OSError("libcudart.so: cannot open shared object file: No such file"), "environment"),
    "other misconfiguration": (MisconfigurationException("No `test_step()` method defined"), "error"),
    "refused connection": (ConnectionRefusedError(), "network"),
    "unknown host": (socket.gaierror(-2, "Name or service not known"), "network"),
    "url": (urllib.error.URLError("unreachable"), "network"),
    "error of a client library": (httpx.ConnectError("unreachable"), "network"),
    "tracking": (wandb.errors.UsageError("no API key"), "tracking"),
    "import": (ModuleNotFoundError("No module named 'x'"), "environment"),
    "data": (WrongData("data/digits.npz: changed"), "data"),
    "missing file": (FileNotFoundError(2, "No such file", "x"), "data"),
    "evidence": (OutputsNotWritten("curves"), "evidence"),
    "evidence on a full disk": (with_cause(OutputsNotWritten("curves"), DISK_FULL), "no_space"),
    "wrapped cause": (
        with_cause(RuntimeError("Error in call to target"), MemoryError()),
        "out_of_memory",
    ),
    "unrelated exception in the context": (with_context(ValueError("a bug"), ImportError("fast path")), "error"),
    "exit": (SystemExit(3), "error"),
}


@pytest.mark.parametrize(("error", "kind"), FAILURES.values(), ids=FAILURES)
def test_failure_is_classified(error: BaseException, kind: str) -> None:
    assert failure_kind(error) == kind


def test_target_that_cannot_be_imported_is_a_failure_of_the_environment() -> None:
    with pytest.raises(Exception, match="no_such_module") as raised:
        instantiate({"_target_": "no_such_module.Model"})
    assert failure_kind(raised.value) == "environment"


MODULES = {
    "missing package": ("import nosuchpkg\n", "environment", "own_module.py:1: No module named 'nosuchpkg'"),
    "missing name": (
        "x = 1\nfrom json import nothing\n",
        "environment",
        "own_module.py:2: cannot import name 'nothing'",
    ),
    "bug in the module": ("x = 1\nundefined_name\n", "error", "name 'undefined_name' is not defined"),
    "bug in the class": ("def Model():\n    raise ValueError('boom')\n", "error", "boom"),
}


@pytest.mark.parametrize(("source", "kind", "message"), MODULES.values(), ids=MODULES)
def test_the_cause_is_shown_and_not_what_hydra_wraps_around_it(
    source: str, kind: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_module.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "own_module", raising=False)
    with pytest.raises(InstantiationException) as raised:
        instantiate({"_target_": "own_module.Model"})
    error = describe_failure(raised.value, failure_kind(raised.value))
    assert error.kind == kind
    assert error.message.startswith(message)


def test_only_failures_of_the_run_itself_are_not_repeated() -> None:
    assert {kind for _, kind in FAILURES.values() if not is_transient(kind)} == {"non_finite", "error"}


def test_every_kind_has_a_hint() -> None:
    assert {kind for _, kind in FAILURES.values()} | {"killed"} == set(HINTS)
    for kind, hint in HINTS.items():
        assert describe_failure(ValueError("x"), kind).hint == hint
        assert not hint.endswith("."), "the hint follows the message in the same line"


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (11, "SIGSEGV"), (99, "an unknown signal")])
def test_error_of_a_killed_process_names_the_signal(number: int, name: str) -> None:
    error = killed_error(number)
    assert error.message == f"the training process was ended by {name} (signal {number})"
    assert (error.kind, error.hint, error.traceback) == ("killed", HINTS["killed"], "")
    assert is_transient("killed")


def test_kinds_are_importable_without_torch() -> None:
    program = "import sys, lightning_modules.failures.kinds; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_exception_without_a_message_is_described_by_its_type() -> None:
    assert describe_failure(MemoryError(), "out_of_memory").message == "MemoryError"
