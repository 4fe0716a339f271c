"""A training job that is announced as one of a group trains the group first. Whatever happens, it then goes on."""

from __future__ import annotations

import os
import signal
from argparse import Namespace
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.fusion.build_groups import FOLDER, BuildGroup, FusedBuild
from compiler.runs.run_status import Artifact, RunStatus
from lightning_modules.fused_runs import train_group
from lightning_modules.run_store.run_lease import leased_folder
from rules.jobs.train import is_stored, train_with_group
from tests.plans import run_job

RUN = "0123456789ab"
JOB = run_job(RUN, {"seed": 1, "resources": {"cpus": 1}})
GROUP = BuildGroup("group", (RUN, "ba9876543210"), 2)


@pytest.fixture
def build(tmp_path: Path) -> FusedBuild:
    build = FusedBuild(tmp_path / "build")
    build.write([GROUP])
    return build


def train(
    build: FusedBuild, lab: Lab, monkeypatch: pytest.MonkeyPatch, work: Callable[..., object], attempt: int = 1
) -> bool:
    """Run the part of the job that is about the group, and return whether it has trained the group."""
    mark = build.folder / "trained"

    def with_mark(*arguments: Any) -> None:
        mark.touch()
        work(*arguments)

    monkeypatch.setattr(train_group, "train_group", with_mark)
    train_with_group(JOB, lab, Namespace(run=RUN, attempt=attempt, log=None), {FOLDER: str(build.folder)})
    return mark.exists()


def test_the_group_is_trained(build: FusedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert train(build, Lab(tmp_path), monkeypatch, lambda *_: None)
    assert not build.is_off(GROUP)


def test_a_retry_trains_its_run_alone(build: FusedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not train(build, Lab(tmp_path), monkeypatch, lambda *_: None, attempt=2)


def test_a_group_that_is_off_is_left(build: FusedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build.switch_off(GROUP, "its proof failed")
    assert not train(build, Lab(tmp_path), monkeypatch, lambda *_: None)


def store(lab: Lab, fingerprint: str = JOB.fingerprint) -> None:
    write_json(lab.run(RUN) / "provenance.json", {"fingerprint": fingerprint})
    write_json(lab.status_copy(RUN), RunStatus("completed", RUN).to_json())


def test_a_stored_member_is_found_and_its_status_is_restored(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    store(lab)
    assert is_stored(JOB, lab)
    assert lab.status(RUN).is_file()


@pytest.mark.parametrize("change", ["forced", "other code", "changed file", "being written"])
def test_a_run_that_is_no_result_of_this_code_is_not_found(change: str, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    store(lab, "01d" if change == "other code" else JOB.fingerprint)
    if change == "forced":
        lab.status_copy(RUN).unlink()
    if change == "changed file":
        artifacts = {"provenance.json": Artifact(3, "0" * 64)}
        write_json(lab.status_copy(RUN), RunStatus("completed", RUN, artifacts=artifacts).to_json())
    with leased_folder(lab.partial_run(RUN), datetime.now(UTC)) if change == "being written" else nullcontext():
        assert not is_stored(JOB, lab)


def test_without_an_announcement_the_run_is_trained_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_group, "train_group", lambda *_: pytest.fail("trained a group"))
    for environ in ({}, {FOLDER: str(tmp_path / "removed")}):
        train_with_group(JOB, Lab(tmp_path), Namespace(run=RUN, attempt=1, log=None), environ)


def test_a_killed_ensemble_switches_its_group_off(
    build: FusedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert train(build, Lab(tmp_path), monkeypatch, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    assert build.is_off(GROUP)
    assert "was killed by signal 9" in capfd.readouterr().err


def test_an_exception_does_not_end_the_job(
    build: FusedBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert train(build, Lab(tmp_path), monkeypatch, lambda *_: 1 / 0)
    assert "ZeroDivisionError" in capfd.readouterr().err
