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
from hydra.utils import instantiate

from lightning_modules.data.verify import WrongData, check_data
from lightning_modules.failures.classify import OutputsNotWritten, describe_failure, failure_kind
from lightning_modules.failures.kinds import HINTS, is_transient, killed_error
from lightning_modules.failures.non_finite import NonFiniteLoss


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def handled_before(error: Exception, other: Exception) -> Exception:
    error.__context__ = other
    return error


FULL = OSError(errno.ENOSPC, "No space left on device")
FAILURES = {
    "diverged": (NonFiniteLoss("train_loss is nan"), "non_finite"),
    "a bug": (ValueError("shapes"), "error"),
    "torch memory": (torch.OutOfMemoryError("CUDA out of memory"), "out_of_memory"),
    "python memory": (MemoryError(), "out_of_memory"),
    "cpu allocator": (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried …"), "out_of_memory"),
    "a worker out of memory": (RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. "), "killed"),
    "a worker that is gone": (RuntimeError("DataLoader worker (pid(s) 7, 8) exited unexpectedly"), "killed"),
    "disk": (FULL, "no_space"),
    "quota": (OSError(errno.EDQUOT, "Disk quota exceeded"), "no_space"),
    "a library on a full disk": (RuntimeError("I/O error: No space left on device (os error 28)"), "no_space"),
    "another os error": (OSError(errno.EPERM, "Operation not permitted"), "error"),
    "refused": (ConnectionRefusedError(), "network"),
    "no name": (socket.gaierror(-2, "Name or service not known"), "network"),
    "url": (urllib.error.URLError("unreachable"), "network"),
    "client library": (httpx.ConnectError("unreachable"), "network"),
    "tracking": (wandb.errors.UsageError("no API key"), "tracking"),
    "import": (ModuleNotFoundError("No module named 'x'"), "environment"),
    "data": (WrongData("data/digits.npz: changed"), "data"),
    "no file": (FileNotFoundError(2, "No such file", "x"), "data"),
    "evidence": (OutputsNotWritten("curves"), "evidence"),
    "evidence on a full disk": (caused(OutputsNotWritten("curves"), FULL), "no_space"),
    "wrapped": (caused(RuntimeError("Error in call to target"), MemoryError()), "out_of_memory"),
    "handled before": (handled_before(ValueError("a bug"), ImportError("fast path")), "error"),
    "quits": (SystemExit(3), "error"),
}


@pytest.mark.parametrize(("error", "kind"), FAILURES.values(), ids=FAILURES)
def test_every_failure_has_one_kind(error: BaseException, kind: str) -> None:
    assert failure_kind(error) == kind


def test_a_class_that_is_not_there_is_the_environments_fault() -> None:
    with pytest.raises(Exception, match="no_such_module") as raised:
        instantiate({"_target_": "no_such_module.Model"})
    assert failure_kind(raised.value) == "environment"


def test_only_findings_about_the_subject_are_final() -> None:
    assert {kind for _, kind in FAILURES.values() if not is_transient(kind)} == {"non_finite", "error"}


def test_every_kind_comes_with_one_sentence_on_what_to_do() -> None:
    assert {kind for _, kind in FAILURES.values()} | {"killed"} == set(HINTS)
    for kind, hint in HINTS.items():
        assert describe_failure(ValueError("x"), kind).hint == hint
        assert not hint.endswith("."), "it follows a message in the same line"


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (11, "SIGSEGV"), (99, "an unknown signal")])
def test_a_training_that_a_signal_ended_has_an_error_of_its_own(number: int, name: str) -> None:
    error = killed_error(number)
    assert error.message == f"the training process was ended by {name} (signal {number})"
    assert (error.kind, error.hint, error.traceback) == ("killed", HINTS["killed"], "")
    assert is_transient("killed")


def test_who_watches_a_training_needs_no_torch() -> None:
    program = "import sys, lightning_modules.failures.kinds; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_failure_without_words_is_called_by_its_type() -> None:
    assert describe_failure(MemoryError(), "out_of_memory").message == "MemoryError"


@pytest.mark.parametrize(
    ("versions", "problem"),
    [
        ({"data/missing": "0" * 32}, "no such file or folder"),
        ({"data/a.txt": "0" * 32}, "compiled with version 0{32}, but has version 0cc175b9c0f1b6a831c399e269772661"),
    ],
    ids=["missing", "changed"],
)
def test_other_data_than_compiled_are_refused(versions: dict[str, str], problem: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("a", encoding="utf-8")
    with pytest.raises(WrongData, match=problem):
        check_data(versions, tmp_path)


def test_the_data_of_the_plan_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    check_data({"a.txt": "0cc175b9c0f1b6a831c399e269772661", "data": "a folder's version.dir"}, tmp_path)
