"""A tracked run carries its group, tags, artifacts and exit code; a tracker that fails never fails the training."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import wandb
from wandb.proto.wandb_internal_pb2 import Record

from compiler.base.json_files import write_json
from compiler.tracking.record import LoggedArtifact, read_problem, read_tracking
from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.tracking import tracked_training as module
from lightning_modules.tracking.tracked_training import exit_code_of, tracked_training
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.tracking.wandb_log import _record_payloads, find_logs, read_run_log
from lightning_modules.tracking.wandb_settings import own_variables

RUN_ID = "0123456789ab"
KEY = "0123456789" * 4
DATA = {"data/digits.npz": "5d41402abc4b2a76b9719d911017c592"}


def run_in(folder: Path, mode: str = "offline", experiments: tuple[str, ...] = ("study", "other")) -> RunToTrack:
    (folder / "output").mkdir(parents=True)
    config = {"seed": 3, "model": {"lr": 0.1}, "tracking": {"mode": mode, "project": "p"}, "agents": {"a": 1}}
    return RunToTrack(RUN_ID, config, folder / "output", experiments, DATA)


def train(run: RunToTrack, error: BaseException | None = None, steps: int = 3) -> None:
    """Train as far as a tracker can see it: history, metrics and a final model."""
    with tracked_training(run) as loggers:
        for step in range(steps):
            for logger in loggers:
                logger.log_metrics({"loss": 1.0 / (step + 1), "epoch": step}, step)
        lines = "".join(f"{step},{step},{1.0 / (step + 1)}\n" for step in range(steps))
        (run.output / "history.csv").write_text(f"epoch,step,loss\n{lines}", encoding="utf-8")
        if error is not None:
            raise error
        write_json(run.output / "metrics.json", {"schema_version": 1, "accuracy": 0.9, "loss": None})
        (run.output / "final_model").mkdir()
        (run.output / "final_model/model.safetensors").write_bytes(b"weights")


def records(run: RunToTrack, kind: str) -> list[Any]:
    (log,) = find_logs(run.folder)
    parsed = [Record.FromString(payload) for _, payload in _record_payloads(log, log.read_bytes())]
    return [getattr(record, kind) for record in parsed if record.WhichOneof("record_type") == kind]


def test_run_carries_group_tags_config_history_summary_and_artifacts(tmp_path: Path) -> None:
    run = run_in(tmp_path)
    train(run)
    (started,) = records(run, "run")[:1]
    assert (started.run_group, list(started.tags), started.display_name) == ("study", ["study", "other"], RUN_ID)
    (path,) = find_logs(run.folder)
    log = read_run_log(path)
    assert (log.run_id, log.exit_code, log.history["loss"]) == (RUN_ID, 0, 3)
    assert {"seed", "model"} <= log.config
    assert not {"tracking", "agents"} & log.config
    assert (log.summary["accuracy"], log.summary["loss"]) == (0.9, None)
    model, data = sorted(records(run, "artifact"), key=lambda artifact: artifact.type, reverse=True)
    assert [(entry.path, entry.local_path) for entry in model.manifest.contents] == [
        ("model.safetensors", "output/final_model/model.safetensors")
    ]
    assert [(entry.path, entry.digest, entry.ref) for entry in data.manifest.contents] == [
        ("data/digits.npz", DATA["data/digits.npz"], f"dvc:data/digits.npz?version={DATA['data/digits.npz']}")
    ]
    record = read_tracking(run.folder)
    assert record is not None
    assert (record.tracker, record.mode, record.project, record.run_id, record.url) == (
        "wandb",
        "offline",
        "p",
        RUN_ID,
        None,
    )
    assert record.rows == {"loss": 3, "epoch": 3}
    assert {(artifact.name, artifact.digest) for artifact in record.artifacts} == {
        (model.name, model.digest),
        (data.name, data.digest),
    }
    assert read_problem(run.folder) is None


ENDINGS = {
    "an error": (ValueError("a bug"), 1),
    "a loss that is not finite": (NonFiniteLoss("loss is nan"), 1),
    "an exit": (SystemExit(3), 3),
    "an exit without a code": (SystemExit(), 1),
    "SIGTERM": (KeyboardInterrupt("SIGTERM"), 143),
    "Ctrl-C": (KeyboardInterrupt("SIGINT"), 130),
    "an interrupt by code": (KeyboardInterrupt(), 130),
}


@pytest.mark.parametrize(("error", "exit_code"), ENDINGS.values(), ids=ENDINGS.keys())
def test_run_ends_with_the_exit_code(error: BaseException, exit_code: int, tmp_path: Path) -> None:
    run = run_in(tmp_path)
    with pytest.raises(type(error)):
        train(run, error)
    assert exit_code_of(error) == exit_code
    (path,) = find_logs(run.folder)
    assert read_run_log(path).exit_code == exit_code
    record = read_tracking(run.folder)
    assert exit_code > 128 or (record is not None and record.exit_code == exit_code)


ENVIRONMENTS = {
    "disabled": {"WANDB_MODE": "disabled", "WANDB_DISABLED": "true"},
    "another run": {"WANDB_RUN_ID": "mine", "WANDB_RESUME": "must", "WANDB_NAME": "n", "WANDB_PROJECT": "q"},
    "another group": {"WANDB_RUN_GROUP": "g", "WANDB_TAGS": "t", "WANDB_JOB_TYPE": "j", "WANDB_SWEEP_ID": "s"},
    "another folder": {"WANDB_DIR": "/nonexistent"},
    "a key": {"WANDB_API_KEY": KEY},
    "another process": {"WANDB_SERVICE": "3-1-unix-/nonexistent/socket"},
}


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS.keys())
def test_variables_of_the_shell_do_not_change_the_run(
    environment: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run = run_in(tmp_path)
    train(run)
    (path,) = find_logs(run.folder)
    log, (started, *_) = read_run_log(path), records(run, "run")
    assert (log.run_id, log.project, log.exit_code) == (RUN_ID, "p", 0)
    assert (started.run_group, list(started.tags), started.sweep_id) == ("study", ["study", "other"], "")
    assert all(KEY.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


@pytest.mark.parametrize("mode", ["offline", "online"])
@pytest.mark.parametrize("value", ["true", None])
def test_wandb_sends_no_reports_about_itself(mode: str, value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "WANDB_ERROR_REPORTING"
    monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)
    assert wandb.env.error_reporting_enabled()
    with own_variables(mode):
        assert not wandb.env.error_reporting_enabled()
    assert os.environ.get(name) == value


def test_long_and_many_experiment_names_are_accepted(tmp_path: Path) -> None:
    names = tuple(f"{'long_name_' * 20}{number}" for number in range(50))
    run = run_in(tmp_path, experiments=names)
    train(run)
    assert read_problem(run.folder) is None
    assert len(find_logs(run.folder)) == 1


class FailingSession:
    """A session whose methods raise errors from a number of rows on."""

    experiment = entity = url = None

    def __init__(self, rows: int) -> None:
        self.rows, self.failed = rows, False

    def log(self, metrics: Mapping[str, Any], step: int | None) -> None:
        self.rows -= 1
        if self.rows < 0:
            raise ConnectionResetError(f"the server at https://user:{KEY}@example.org has gone")

    def log_artifacts(self, run: RunToTrack) -> tuple[LoggedArtifact, ...]:
        raise RuntimeError("no artifacts")

    def log_summary(self, metrics: Mapping[str, Any]) -> None: ...

    def finish(self, exit_code: int) -> None:
        raise RuntimeError("no end")

    def stop(self) -> None: ...


class FailingTracker:
    log_folder = "wandb"

    def __init__(self, rows: int | None) -> None:
        self.rows = rows

    def start(self, run: RunToTrack, mode: str) -> FailingSession:
        if self.rows is None:
            raise OSError(f"cannot start with key {KEY}")
        return FailingSession(self.rows)


@pytest.mark.parametrize("error", [None, ValueError("a bug")], ids=["completed", "failed"])
@pytest.mark.parametrize(
    ("rows", "stage", "is_complete"),
    [(None, "start", False), (0, "training", True), (2, "training", True), (9, "finish", True)],
    ids=["no start", "no row", "some rows", "no end"],
)
def test_tracker_that_fails_leaves_the_training_as_it_is(
    rows: int | None,
    stage: str,
    is_complete: bool,
    error: Exception | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    monkeypatch.setattr(module, "load_tracker", lambda _: FailingTracker(rows))
    run = run_in(tmp_path)
    if error is None:
        train(run)
    else:
        with pytest.raises(ValueError, match="a bug"):
            train(run, error)
    problem = read_problem(run.folder)
    assert problem is not None
    assert (problem.stage, problem.log_complete) == (stage, is_complete)
    assert KEY not in json.dumps(problem.to_json())
    assert KEY not in capfd.readouterr().err
    if stage == "training":  # the incomplete log is replaced by one from the history
        (path,) = find_logs(run.folder)
        log = read_run_log(path)
        assert (log.history["loss"], log.exit_code) == (3, 0 if error is None else 1)
        record = read_tracking(run.folder)
        assert record is not None
        assert record.rows["loss"] == 3
