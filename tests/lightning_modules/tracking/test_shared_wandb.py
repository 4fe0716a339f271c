"""Runs that share a process of W&B have complete logs, also if the process is killed, hangs or was never there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import wandb
from test_tracked_training import DATA, RUN_ID, records, run_in, train

from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE
from compiler.tracking.record import read_problem, read_tracking
from lightning_modules.tracking.shared_wandb import service as module
from lightning_modules.tracking.shared_wandb import session
from lightning_modules.tracking.shared_wandb.service import SharedService, start_service, stop_service
from lightning_modules.tracking.tracked_training import tracked_training
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.tracking.wandb_log import find_logs, read_run_log


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SharedService]:
    """A process of W&B as a job server starts it."""
    (tmp_path / "server").mkdir()
    start_service(tmp_path / "server")
    assert module._service is not None
    process = psutil.Process(module._service.process.pid)
    try:
        yield module._service
    finally:
        if process.is_running() and process.status() == psutil.STATUS_STOPPED:
            process.send_signal(signal.SIGCONT)
        stop_service()
        wandb.teardown()


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 1)
    monkeypatch.setattr(session, "CALL_SECONDS", 1)


def processes_of_wandb() -> list[int]:
    """Return the processes that this one has started, without those of a job server, which other tests use."""
    children = psutil.Process().children()
    return [child.pid for child in children if child.status() != psutil.STATUS_ZOMBIE and "wandb-core" in child.name()]


def assert_complete(run: RunToTrack, rows: int = 3, exit_code: int = 0) -> None:
    (path,) = find_logs(run.folder)
    log = read_run_log(path)
    assert (log.run_id, log.exit_code, log.history["loss"], log.summary["accuracy"]) == (RUN_ID, exit_code, rows, 0.9)
    record = read_tracking(run.folder)
    assert record is not None
    assert (record.rows["loss"], len(record.artifacts)) == (rows, 2)


def test_runs_share_the_process_which_goes_on(service: SharedService, tmp_path: Path) -> None:
    for number in range(2):  # also the same run again, as after a failure
        run = run_in(tmp_path / str(number))
        with tracked_training(run):
            assert processes_of_wandb() == [service.process.pid]
            assert "WANDB_SERVICE" not in os.environ  # programs that the training starts do not use it
        train(again := run_in(tmp_path / f"{number} again"))
        assert_complete(again)
        assert read_problem(again.folder) is None
        assert not [*again.output.rglob("debug*"), *again.output.rglob("logs")]
    assert service.is_answering()


@pytest.mark.usefixtures("service")
def test_paths_of_artifacts_are_those_of_the_run_and_not_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_in(tmp_path / "run")
    monkeypatch.chdir(run.folder)
    train(run)
    model, data = sorted(records(run, "artifact"), key=lambda artifact: artifact.type, reverse=True)
    assert [entry.local_path for entry in model.manifest.contents] == ["output/final_model/model.safetensors"]
    assert [entry.digest for entry in data.manifest.contents] == list(DATA.values())


@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hanging"])
def test_process_that_fails_before_a_run(number: int, service: SharedService, tmp_path: Path) -> None:
    os.kill(service.process.pid, number)
    train(run := run_in(tmp_path / "run"))
    assert_complete(run)
    assert read_problem(run.folder) is None
    assert service.avoided.exists() is (number == signal.SIGSTOP)  # the next run does not wait


@pytest.mark.usefixtures("short_limits")
@pytest.mark.parametrize("row", [0, 2], ids=["after the start", "after the last row"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hanging"])
def test_process_that_fails_during_a_run(number: int, row: int, service: SharedService, tmp_path: Path) -> None:
    run = run_in(tmp_path / "run")
    with tracked_training(run) as (logger,):
        for step in range(3):
            logger.log_metrics({"loss": 1.0 / (step + 1)}, step)
            if step == row:
                os.kill(service.process.pid, number)
                time.sleep(0.2)
        (run.output / "history.csv").write_text("epoch,step,loss\n0,0,1\n0,1,0.5\n0,2,0.3\n", encoding="utf-8")
        write_json(run.output / "metrics.json", {"schema_version": 1, "accuracy": 0.9})
        (run.output / "final_model").mkdir()
        (run.output / "final_model/model.safetensors").write_bytes(b"weights")
    assert_complete(run)
    problem = read_problem(run.folder)
    assert problem is not None
    assert problem.log_complete
    assert "shared process of W&B" in problem.reason


def test_run_whose_training_was_killed_is_logged_by_the_next_attempt(service: SharedService, tmp_path: Path) -> None:
    """The process still has the run of the killed training open, and refuses another one of the same id."""
    pid = os.fork()
    if pid == 0:
        with tracked_training(run_in(tmp_path / "first")) as (logger,):
            logger.log_metrics({"loss": 1.0}, 0)
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    train(run := run_in(tmp_path / "second"))
    assert_complete(run)
    assert service.is_answering()


def test_terminated_training_ends_its_run(service: SharedService, tmp_path: Path) -> None:
    run = run_in(tmp_path / "run")
    with pytest.raises(KeyboardInterrupt):
        train(run, KeyboardInterrupt("SIGTERM"))
    (path,) = find_logs(run.folder)
    assert read_run_log(path).exit_code == 143
    assert service.is_answering()


PROGRAM = """
import os, signal, sys
from pathlib import Path
from lightning_modules.tracking.shared_wandb import service
service.start_service(Path(sys.argv[1]))
print(service._service.process.pid, flush=True)
{end}
"""


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "service.stop_service()"])
def test_process_ends_with_its_server(end: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM.format(end=end), str(tmp_path)]
    process = subprocess.run(command, cwd=ENGINE, stdout=subprocess.PIPE, text=True, check=False)
    pid, end_time = int(process.stdout), time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end_time
        time.sleep(0.05)


def test_without_wandb_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    start_service(tmp_path)
    assert module._service is None
    stop_service()
