"""A training on a W&B server that is absent, dies, hangs or refuses the key completes, and its log stays local."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import wandb
from test_tracked_training import KEY, RUN_ID, run_in, train

from compiler.base.paths import ENGINE
from compiler.tracking.record import TrackingProblem, read_problem, read_tracking
from lightning_modules.tracking import wandb_session, wandb_tracker
from lightning_modules.tracking.tracked_training import tracked_training
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.tracking.wandb_log import find_logs, read_run_log
from tests.end_to_end.support.wandb_server import WandbServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wandb_server")]
on_server = pytest.mark.usefixtures("wandb_server", "short_limits")


@pytest.fixture(autouse=True)
def fresh_connection() -> Iterator[None]:
    """W&B keeps the address of a server until its teardown."""
    yield
    wandb.teardown()


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the same reasons as in a lab, but not as long. Runs that succeed have the limits of a lab."""
    for name in ("ARTIFACT_SECONDS", "FINISH_SECONDS", "CONFIRM_SECONDS"):
        monkeypatch.setattr(wandb_session, name, 8)
    for name in ("START_SECONDS", "FINISH_SECONDS"):
        monkeypatch.setattr(wandb_tracker, name, 8)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The address of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def complete_log_and_problem(run: RunToTrack) -> TrackingProblem:
    """Return the problem of a run, whose log is complete and contains no key."""
    (path,) = find_logs(run.folder)
    log = read_run_log(path)
    assert (log.run_id, log.exit_code, log.history["loss"]) == (RUN_ID, 0, 3)
    assert log.summary["accuracy"] == 0.9
    for file in (*run.folder.rglob("*.json"), path):
        assert os.environ["WANDB_API_KEY"].encode() not in file.read_bytes()
    problem = read_problem(run.folder)
    assert problem is not None
    assert (problem.tracker, problem.mode, problem.log_complete) == ("wandb", "online", True)
    return problem


def test_online_run_is_complete_on_the_server(tmp_path: Path, wandb_server: WandbServer) -> None:
    run = run_in(tmp_path, "online")
    train(run)
    assert read_problem(run.folder) is None
    record = read_tracking(run.folder)
    assert record is not None
    assert (record.mode, record.entity, record.url) == (
        "online",
        "default",
        f"{wandb_server.url}/default/p/runs/{RUN_ID}",
    )
    remote = wandb.Api().run(f"default/p/{RUN_ID}")
    assert (remote.state, remote.group, remote.tags) == ("finished", "study", ["study", "other"])
    assert remote.config == {"seed": 3, "model": {"lr": 0.1}}
    assert remote.summary["accuracy"] == 0.9
    logged = {(artifact.name, artifact.digest) for artifact in remote.logged_artifacts()}
    assert logged == {(f"{artifact.name}:{artifact.version}", artifact.digest) for artifact in record.artifacts}


@on_server
@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "no address"])
def test_absent_server(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_BASE_URL", url)
    run = run_in(tmp_path, "online")
    train(run)
    assert complete_log_and_problem(run).stage == "start"


@on_server
def test_server_that_never_answers(tmp_path: Path, silent_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_BASE_URL", silent_server)
    run = run_in(tmp_path, "online")
    train(run)
    assert complete_log_and_problem(run).stage == "start"


@on_server
@pytest.mark.parametrize("key", [KEY, "short", "", "local" + KEY], ids=["wrong", "short", "empty", "wrong and local"])
def test_wrong_key(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", key)
    run = run_in(tmp_path, "online")
    train(run)
    if not key:
        monkeypatch.setenv("WANDB_API_KEY", KEY)  # any text that is in no file
    assert complete_log_and_problem(run).stage == "start"


@on_server
def test_server_that_dies_during_the_training(tmp_path: Path, wandb_server: WandbServer) -> None:
    run = run_in(tmp_path, "online")
    wandb_server.faults.dies_after_rows = 1
    train(run)
    problem = complete_log_and_problem(run)
    assert problem.stage == "finish"
    record = read_tracking(run.folder)
    assert record is not None
    assert (record.mode, record.rows["loss"]) == ("online", 3)


def test_slow_server_gets_everything(tmp_path: Path, wandb_server: WandbServer) -> None:
    run = run_in(tmp_path, "online")
    wandb_server.faults.delay = 0.3
    train(run)
    assert read_problem(run.folder) is None


@on_server
def test_process_of_wandb_that_is_killed(tmp_path: Path) -> None:
    run = run_in(tmp_path, "online")
    with tracked_training(run) as (logger,):
        logger.log_metrics({"loss": 1.0}, 0)
        for child in psutil.Process().children():  # not those of a job server, which other tests use
            if "wandb-core" in child.name() and child.status() != psutil.STATUS_ZOMBIE:  # of an earlier test
                child.kill()
                child.wait(10)
        for step in (1, 2):
            logger.log_metrics({"loss": 1.0 / (step + 1)}, step)
            time.sleep(0.5)
        (run.output / "history.csv").write_text("epoch,step,loss\n0,0,1\n0,1,0.5\n0,2,0.3\n", encoding="utf-8")
        (run.output / "metrics.json").write_text('{"accuracy": 0.9}', encoding="utf-8")
    complete_log_and_problem(run)


SCRIPT = """
import sys, time
sys.path[:0] = {path!r}
from pathlib import Path
from test_tracked_training import run_in
from lightning_modules.run_store.signals import signals_as_interrupts
from lightning_modules.tracking.tracked_training import tracked_training
with signals_as_interrupts(), tracked_training(run_in(Path({folder!r}), "online")) as (logger,):
    logger.log_metrics({{"loss": 1.0}}, 0)
    print("ready", flush=True)
    time.sleep(60)
"""


@on_server
def test_terminated_training_ends_its_run(tmp_path: Path) -> None:
    path = [str(ENGINE), str(Path(__file__).parent)]
    program = SCRIPT.format(path=path, folder=str(tmp_path / "run"))
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    finally:
        process.kill()
        process.wait()
    (log,) = find_logs(tmp_path / "run")
    assert read_run_log(log).exit_code == 143
    assert wandb.Api().run(f"default/p/{RUN_ID}").state == "failed"
