"""The check of `wandb_run` compares what a server returns with what the training logged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.deliverables.check import FinishedRun, TrackedRun
from compiler.deliverables.wandb_run import WandbRun
from compiler.tracking.record import PROBLEM, RECORD, LoggedArtifact, TrackingProblem, TrackingRecord
from compiler.tracking.upload import UPLOADED
from lightning_modules.checks.tracked_run.expected_run import expected_run
from lightning_modules.checks.tracked_run.server import (
    NoRemoteRun,
    RemoteArtifact,
    RemoteRun,
    ServerFailed,
    WrongArtifact,
)
from lightning_modules.checks.wandb_run import check

ONLINE = {"mode": "online", "project": "proband", "entity": "lab"}
NOW = datetime(2030, 1, 1, tzinfo=UTC)
SPEC = WandbRun(type="wandb_run")
DIGEST = "0123456789abcdef0123456789abcdef"
MODEL = LoggedArtifact("model-0123456789ab", "model", DIGEST)


@dataclass
class FakeServer:
    """A server that returns a run, or fails. `model` is the folder of the model that it returns."""

    answer: RemoteRun | Exception
    model: Path
    failure: Exception | None = None
    path: str = ""

    def fetch(self, path: str) -> RemoteRun:
        self.path = path
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def download(self, path: str, artifact: str, digest: str, folder: Path, size: int | None = None) -> None:
        assert (path, artifact, digest) == (self.path, MODEL.name, DIGEST)
        shutil.copytree(self.model, folder)
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def online_run(finished: Path, finished_run: Callable[..., FinishedRun], tmp_path: Path) -> FinishedRun:
    """A run that was tracked online, with a record of its model artifact."""
    folder = shutil.copytree(finished, tmp_path / "run")
    record = TrackingRecord("wandb", "online", "proband", "lab", "0123456789ab", artifacts=(MODEL,))
    write_json(folder / RECORD, record.to_json())
    status = read_json(folder / "status.json")
    status["artifacts"].pop(RECORD, None)  # the hash of the record that was replaced
    (folder / "status.json").write_text(json.dumps(status), encoding="utf-8")
    return finished_run(folder, tracking=ONLINE)


def served(run: FinishedRun, **changes: Any) -> FakeServer:
    """Return a server that has what the training logged, with changes."""
    expected = expected_run(run)
    summary = {**expected.summary, "_runtime": 4.0}
    artifacts = (RemoteArtifact(MODEL.name, "model", DIGEST),)
    answer = RemoteRun(
        "finished", expected.values, expected.config, summary, artifacts, "lab", "https://wandb.ai/lab/1"
    )
    return FakeServer(replace(answer, **changes), run.folder / "output/final_model")


def test_run_that_comes_back_as_it_was_logged_passes(online_run: FinishedRun) -> None:
    server = served(online_run)
    result = check(online_run, SPEC, server, lambda: NOW)
    assert result.passed, result.detail
    assert server.path == "lab/proband/0123456789ab"
    assert "downloaded from the server: finished, accuracy in 1 rows" in result.detail
    assert result.tracked == TrackedRun(
        "proband", "0123456789ab", "lab", "https://wandb.ai/lab/1", "2030-01-01T00:00:00+00:00"
    )


def without(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


DIFFERENCES: dict[str, tuple[Callable[[RemoteRun], dict[str, Any]], str]] = {
    "crashed": (lambda run: {"state": "crashed"}, "the run is crashed on the server"),
    "running": (lambda run: {"state": "running"}, "the run is running on the server"),
    "metric missing": (lambda run: {"values": without(run.values, "eval_loss")}, "the history lacks eval_loss"),
    "row missing": (
        lambda run: {"values": {**run.values, "train_loss": run.values["train_loss"][:-1]}},
        "the history has 169 rows of train_loss, and the training logged 170",
    ),
    "row twice": (lambda run: {"values": {**run.values, "train_loss": [0, *run.values["train_loss"]]}}, "has 171 rows"),
    "other value": (
        lambda run: {"values": {**run.values, "accuracy": [run.values["accuracy"][0] + 0.001]}},
        "accuracy is 0.9675738344192505 in row 0, and 0.9665738344192505 was logged (1 rows differ)",
    ),
    "other config": (
        lambda run: {"config": {**run.config, "model": {**run.config["model"], "lr": 0.5}}},
        "config: model.lr is 0.5, and 0.01 was logged",
    ),
    "config missing": (lambda run: {"config": without(run.config, "seed")}, "config: seed is missing, and 0"),
    "config added": (lambda run: {"config": {**run.config, "extra": 1}}, "config: extra is 1, and missing was logged"),
    "other summary": (
        lambda run: {"summary": {**run.summary, "accuracy": 1.0}},
        "summary: accuracy is 1.0, and 0.96",
    ),
    "summary missing": (lambda run: {"summary": without(run.summary, "accuracy")}, "accuracy is missing"),
    "artifact missing": (lambda run: {"artifacts": ()}, "the server lacks the artifact model-0123456789ab"),
    "other artifact": (
        lambda run: {"artifacts": (RemoteArtifact(MODEL.name, "model", "f" * 32),)},
        f"the artifact model-0123456789ab has the digest {'f' * 32}, and {DIGEST} was logged",
    ),
}


@pytest.mark.parametrize(("change", "detail"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_difference_from_what_was_logged_fails_the_check(
    change: Callable[[RemoteRun], dict[str, Any]], detail: str, online_run: FinishedRun
) -> None:
    server = served(online_run)
    assert isinstance(server.answer, RemoteRun)
    server.answer = replace(server.answer, **change(server.answer))
    result = check(online_run, SPEC, server)
    assert (result.passed, result.is_unsynced) == (False, False)
    assert detail in result.detail


def test_downloaded_files_must_have_the_recorded_digest(online_run: FinishedRun) -> None:
    server = served(online_run)
    server.failure = WrongArtifact("Digest mismatch")
    result = check(online_run, SPEC, server)
    assert (result.passed, "differs from its digest: Digest mismatch" in result.detail) == (False, True)


def test_downloaded_model_must_load(online_run: FinishedRun, tmp_path: Path) -> None:
    server = served(online_run)
    server.model = shutil.copytree(server.model, tmp_path / "model")
    weights = server.model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])
    result = check(online_run, SPEC, server)
    assert not result.passed
    assert "the downloaded model does not pass" in result.detail


def test_model_that_was_not_logged_fails_the_check(online_run: FinishedRun) -> None:
    (online_run.folder / RECORD).unlink()
    assert "the model was not logged as an artifact" in check(online_run, SPEC, served(online_run)).detail


def test_run_that_the_server_does_not_have_is_missing(online_run: FinishedRun) -> None:
    server = served(online_run)
    server.answer = NoRemoteRun("the server has no run lab/proband/0123456789ab")
    result = check(online_run, SPEC, server, lambda: NOW)
    assert (result.passed, result.is_missing) == (False, True)
    assert result.tracked == TrackedRun("proband", "0123456789ab", "lab", checked_at="2030-01-01T00:00:00+00:00")


def forget_record(folder: Path) -> None:
    """Make the run one of an earlier version, whose log has no final metrics."""
    (folder / RECORD).unlink()


def test_complete_log_waits_for_its_upload_if_the_server_does_not_answer(online_run: FinishedRun) -> None:
    server = served(online_run)
    server.answer = ServerFailed("ConnectionError: refused")
    forget_record(online_run.folder)
    result = check(online_run, SPEC, server, lambda: NOW)
    assert (result.passed, result.is_unsynced) == (False, True)
    assert "the server could not be asked: ConnectionError: refused (the next build asks again)" in result.detail
    assert result.tracked == TrackedRun(
        "proband", "0123456789ab", "lab", checked_at="2030-01-01T00:00:00+00:00", has_no_answer=True
    )


def test_recorded_problem_is_the_reason_and_no_server_is_asked(online_run: FinishedRun) -> None:
    problem = TrackingProblem("wandb", "online", "start", "no answer within 30 seconds", "2030")
    write_json(online_run.folder / PROBLEM, problem.to_json())
    forget_record(online_run.folder)
    server = served(online_run)
    result = check(online_run, SPEC, server)
    assert (result.is_unsynced, server.path) == (True, "")
    assert "no answer within 30 seconds" in result.detail


def test_uploaded_log_of_an_offline_run_is_checked_on_the_server(online_run: FinishedRun) -> None:
    offline = replace(online_run, config={**online_run.config, "tracking": {"mode": "offline", "project": "proband"}})
    write_json(offline.folder / UPLOADED, {"project": "research", "entity": "team", "run_id": "0123456789ab"})
    server = served(offline)
    assert check(offline, SPEC, server).passed
    assert server.path == "team/research/0123456789ab"


OTHER_RUN = '{"project": "research", "run_id": "ba9876543210"}'


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", OTHER_RUN], ids=["no JSON", "a list", "no project", "of another run"]
)
def test_damaged_record_of_an_upload_is_named(content: str, online_run: FinishedRun) -> None:
    (online_run.folder / UPLOADED).parent.mkdir()
    (online_run.folder / UPLOADED).write_text(content, encoding="utf-8")
    assert UPLOADED in check(online_run, SPEC, served(online_run)).detail
