from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.deliverables.check import FinishedRun
from lightning_modules.checks.wandb_run import NoRemoteRun, RemoteRun, check
from lightning_modules.recording.tracking import tracking_loggers
from lightning_modules.recording.wandb_log import _chunks

ONLINE = {"mode": "online", "project": "proband", "entity": "lab"}


def spec(*metrics: str, path: str = "output/wandb") -> SimpleNamespace:
    return SimpleNamespace(path=path, required_metrics=list(metrics) or ["train_loss", "eval_loss"])


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of the run without the hashes of its files: only reading the log can show the damage."""
    copy = shutil.copytree(finished, tmp_path / "run")
    (copy / "status.json").unlink()
    return copy


def logs(folder: Path) -> list[Path]:
    return list(folder.rglob("run-*.wandb"))


def test_offline_the_local_log_is_read_back(evidence: Callable[..., FinishedRun]) -> None:
    finding = check(evidence(), spec())
    assert finding.passed, finding.detail
    assert finding.detail == (
        "read from the local log, not uploaded: finished, train_loss in 170 rows, eval_loss in 5 rows"
    )


def _damage(folder: Path, change: Callable[[bytes], bytes]) -> None:
    (path,) = logs(folder)
    path.write_bytes(change(path.read_bytes()))


def _without_last_record(content: bytes) -> bytes:
    *_, (start, _, _) = _chunks(Path(), content)
    return content[:start]


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no folder": (lambda folder: shutil.rmtree(folder / "output/wandb"), "contains 0 W&B logs"),
    "two logs": (
        lambda folder: shutil.copytree(logs(folder)[0].parent, folder / "output/wandb/b"),
        "contains 2 W&B logs",
    ),
    "truncated": (lambda folder: _damage(folder, lambda content: content[:-1]), "cannot be read: run-"),
    "altered": (lambda folder: _damage(folder, lambda content: content.replace(b"eval", b"test")), "checksum"),
    "empty": (lambda folder: _damage(folder, lambda _: b""), "not a log of W&B"),
    "unfinished": (lambda folder: _damage(folder, _without_last_record), "did not finish"),
}


@pytest.mark.parametrize(("damage", "detail"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_evidence_does_not_hold(
    damage: Callable[[Path], Any], detail: str, folder: Path, evidence: Callable[..., FinishedRun]
) -> None:
    damage(folder)
    finding = check(evidence(folder), spec())
    assert not finding.passed
    assert detail in finding.detail


def test_an_altered_log_is_noticed_by_its_hash(
    finished: Path, evidence: Callable[..., FinishedRun], tmp_path: Path
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    _damage(folder, lambda content: content + b"\0")
    assert "is missing or was changed after the training" in check(evidence(folder), spec()).detail


def test_a_metric_that_was_not_logged_is_named(evidence: Callable[..., FinishedRun]) -> None:
    finding = check(evidence(), spec("train_loss", "bleu", "rouge"))
    assert (finding.passed, finding.detail) == (False, "the history lacks bleu, rouge")


def test_a_log_of_another_run_does_not_hold(finished: Path, evidence: Callable[..., FinishedRun]) -> None:
    other = FinishedRun("ba9876543210", finished, evidence().config, {})
    assert check(other, spec()).detail == "the log belongs to run 0123456789ab"


@pytest.mark.parametrize("tracking", [{"mode": "none"}, {}, None], ids=["off", "empty", "absent"])
def test_without_tracking_there_is_nothing_to_check(
    tracking: dict[str, Any] | None, evidence: Callable[..., FinishedRun]
) -> None:
    finding = check(evidence(tracking=tracking), spec())
    assert not finding.passed
    assert "set tracking to wandb_offline" in finding.detail


@pytest.mark.parametrize(
    ("run", "holds", "detail"),
    [
        (RemoteRun("finished", {"train_loss": 9, "eval_loss": 3}), True, "train_loss in 9 rows, eval_loss in 3 rows"),
        (RemoteRun("crashed", {"train_loss": 9, "eval_loss": 3}), False, "lab/proband/0123456789ab is crashed"),
        (RemoteRun("finished", {"train_loss": 9, "eval_loss": 0}), False, "the history lacks eval_loss"),
        (NoRemoteRun("lab/proband/0123456789ab: not found"), False, "not found"),
    ],
    ids=["good", "crashed", "no metric", "no run"],
)
def test_online_the_server_is_asked(
    run: RemoteRun | NoRemoteRun, holds: bool, detail: str, evidence: Callable[..., FinishedRun]
) -> None:
    def fetch(path: str, metrics: Sequence[str]) -> RemoteRun:
        assert (path, tuple(metrics)) == ("lab/proband/0123456789ab", ("train_loss", "eval_loss"))
        if isinstance(run, NoRemoteRun):
            raise run
        return run

    finding = check(evidence(tracking=ONLINE), spec(), fetch)
    assert finding.passed is holds
    assert detail in finding.detail


def test_a_server_that_cannot_be_reached_says_nothing_of_the_evidence(evidence: Callable[..., FinishedRun]) -> None:
    def fetch(*_: object) -> RemoteRun:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        check(evidence(tracking=ONLINE), spec(), fetch)


def test_a_failed_run_is_tracked_as_failed(tmp_path: Path, evidence: Callable[..., FinishedRun]) -> None:
    config, output = evidence().config, tmp_path / "output"
    output.mkdir()
    with pytest.raises(ValueError, match="a bug"), tracking_loggers(config, "0123456789ab", output):
        raise ValueError("a bug")
    assert check(evidence(tmp_path), spec()).detail == "the tracked run ended with exit code 1"
