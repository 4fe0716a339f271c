"""A run that is logged to trackio can be read back, and a database that differs from the run does not pass."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
from test_tracked_training import DATA, RUN_ID, run_in, train

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import parse_json, read_json, write_json
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.wandb_run import TrackedRunLog
from compiler.tracking.record import RECORD, read_problem, read_tracking
from lightning_modules.checks.tracker_log import check
from lightning_modules.tracking import tracked_training as training_module
from lightning_modules.tracking.replay import write_log
from lightning_modules.tracking.tracked_training import tracked_training
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.tracking.trackio_log import writer_process
from tests.own_environments import python_with

TRACKING = {"tracker": "trackio", "mode": "offline", "project": "p"}
FINAL = {"accuracy": 0.9}


@pytest.fixture(scope="module", autouse=True)
def trackio() -> Iterator[None]:
    """Trackio's own Python writes the databases, and `final_metrics` are those of metrics.json."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer_process, "PYTHON", str(python_with("trackio")))
        patch.setattr(training_module, "final_metrics", lambda _: FINAL)
        yield


def new_run(folder: Path) -> RunToTrack:
    run = run_in(folder)
    run = replace(run, config={**run.config, "tracking": TRACKING})
    write_json(run.folder / "config.json", {"config": run.config})
    return run


def trained(folder: Path) -> RunToTrack:
    run = new_run(folder)
    train(run)
    write_json(run.output / "metrics.json", {"schema_version": 1, **FINAL})
    return run


def result(run: RunToTrack) -> CheckResult:
    return check(FinishedRun(RUN_ID, run.folder, run.config, DATA), TrackedRunLog(type="tracked_run"))


def database(run: RunToTrack) -> Path:
    return run.output / "trackio/p.db"


def change(run: RunToTrack, *statements: str) -> None:
    connection = sqlite3.connect(database(run))
    connection.executescript(";".join(statements))
    connection.close()


def children() -> list[psutil.Process]:
    """Return the processes of trackio. Processes that have ended and were not waited for have no command."""
    running = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in running if child.cmdline()[-1:] and child.cmdline()[-1].endswith("write_run.py")]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunToTrack:
    return trained(tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def run(finished: RunToTrack, tmp_path: Path) -> RunToTrack:
    """A copy of a finished run, for a test that changes it."""
    shutil.copytree(finished.folder, tmp_path / "run")
    return replace(finished, output=tmp_path / "run/output")


def test_run_is_read_back(finished: RunToTrack) -> None:
    assert read_problem(finished.folder) is None
    passed = result(finished)
    assert passed.passed, passed.detail
    assert passed.detail == "read from the database of trackio: finished, loss in 3 rows"
    record = read_tracking(finished.folder)
    assert record is not None
    assert (record.tracker, record.mode, record.rows["loss"], record.url) == ("trackio", "offline", 3, None)
    assert {artifact.type for artifact in record.artifacts} == {"model", "dataset"}


def test_database_is_the_only_file_and_no_process_is_left(finished: RunToTrack) -> None:
    assert [file.name for file in (finished.output / "trackio").iterdir()] == ["p.db"]
    assert children() == []


def test_database_has_the_group_and_no_user_name(finished: RunToTrack) -> None:
    connection = sqlite3.connect(database(finished))
    ((config,),) = connection.execute("SELECT config FROM configs")
    connection.close()
    content = parse_json(config)
    assert (content["_Group"], content["_Username"]) == ("study", None)
    assert not {"tracking", "agents"} & content.keys()


def replace_by_text(run: RunToTrack) -> None:
    database(run).write_text("not a database\n" * 100, encoding="utf-8")


def replace_by_other_database(run: RunToTrack) -> None:
    database(run).unlink()
    change(run, "CREATE TABLE metrics (id INTEGER, metrics TEXT)")


def replace_table_by_view(run: RunToTrack) -> None:
    change(run, "ALTER TABLE metrics RENAME TO m", "CREATE VIEW metrics AS SELECT * FROM m")


def replace_by_link(run: RunToTrack) -> None:
    database(run).rename(run.folder / "elsewhere.db")
    database(run).symlink_to(run.folder / "elsewhere.db")


def cut(run: RunToTrack) -> None:
    content = database(run).read_bytes()
    database(run).write_bytes(content[: len(content) // 2])


def change_record(run: RunToTrack) -> None:
    content = read_json(run.folder / RECORD)
    content["rows"]["epoch"] = 4
    write_json(run.folder / RECORD, content)


def change_config(run: RunToTrack) -> None:
    content = read_json(run.folder / "config.json")
    content["config"]["model"]["lr"] = 0.2
    write_json(run.folder / "config.json", content)


def sql(*statements: str) -> Callable[[RunToTrack], None]:
    return lambda run: change(run, *statements)


def value(path: str, content: str, where: str) -> Callable[[RunToTrack], None]:
    """Set a value in the JSON text of a row."""
    new = f"json_set(CAST(metrics AS TEXT), '$.\"{path}\"', {content})"
    return sql(f"UPDATE metrics SET metrics = {new} WHERE {where}")


MISTAKES: dict[str, tuple[Callable[[RunToTrack], None], str]] = {
    "a deleted row": (sql("DELETE FROM metrics WHERE step = 1"), "the history has 2 rows of loss, and the training"),
    "a deleted first row": (sql("DELETE FROM metrics WHERE id = 1"), "the history has 2 rows of loss"),
    "no rows": (sql("DELETE FROM metrics"), "contains 1 configs and 0 runs"),
    "no last row": (sql("DELETE FROM metrics WHERE id = 4"), "ended with exit code unknown"),
    "a row twice": (
        sql(
            "INSERT INTO metrics SELECT 0, run_id, timestamp, run_name, step, metrics, NULL, NULL FROM metrics LIMIT 1"
        ),
        "the history has 4 rows of loss",
    ),
    "another value": (value("loss", "0.25", "id = 2"), "loss is 0.25 in row 1, and 0.5 was logged"),
    "a value as text": (value("loss", "'0.5'", "id = 2"), "loss is 0.5 in row 1"),
    "another summary": (value("summary/accuracy", "0.95", "id = 4"), "summary: accuracy is 0.95, and 0.9 was logged"),
    "another exit code": (value("exit_code", "1", "id = 4"), "the run ended with exit code 1"),
    "another digest": (value(f"artifacts/model-{RUN_ID}", "'ff'", "id = 4"), "the digests of the model or the data"),
    "another config": (
        sql("UPDATE configs SET config = json_set(CAST(config AS TEXT), '$.seed', 4)"),
        "config: seed is 4, and 3 was logged",
    ),
    "no config": (sql("DELETE FROM configs"), "contains 0 configs and 1 runs"),
    "another name": (
        sql("UPDATE metrics SET run_name = 'ffffffffffff'", "UPDATE configs SET run_name = 'ffffffffffff'"),
        "the database belongs to run ffffffffffff",
    ),
    "a row of another run": (sql("UPDATE metrics SET run_name = 'other' WHERE id = 2"), "1 configs and 2 runs"),
    "no JSON": (sql("UPDATE metrics SET metrics = '{' WHERE id = 2"), "p.db: cannot be read"),
    "a number for a row": (sql("UPDATE metrics SET metrics = '7' WHERE id = 2"), "not a JSON object: 7"),
    "a text": (replace_by_text, "p.db: cannot be read (file is not a database)"),
    "another database": (replace_by_other_database, "has no table 'metrics' as trackio 0.43 writes it"),
    "a view": (replace_table_by_view, "has no table 'metrics' as trackio 0.43 writes it"),
    "a link": (replace_by_link, "p.db: is not a regular file"),
    "a cut file": (cut, "p.db: "),
    "a second database": (lambda run: (run.output / "trackio/q.db").touch(), "contains 2 databases, expected 1"),
    "no database": (lambda run: database(run).unlink(), "contains 0 databases, expected 1"),
    "another metric": (
        lambda run: write_json(run.output / "metrics.json", {"schema_version": 1, "accuracy": 0.91}),
        "summary: accuracy is 0.9, and 0.91 was logged",
    ),
    "other weights": (
        lambda run: (run.output / "final_model/model.safetensors").write_bytes(b"other") and None,
        "the digests of the model or the data differ",
    ),
    "another record": (change_record, "the number of rows of epoch differs from that in tracking.json"),
    "another config of the run": (change_config, "config: model.lr is 0.1, and 0.2 was logged"),
}


@pytest.mark.parametrize(("damage", "detail"), MISTAKES.values(), ids=MISTAKES.keys())
def test_database_that_differs_does_not_pass(
    damage: Callable[[RunToTrack], None], detail: str, run: RunToTrack
) -> None:
    damage(run)
    failed = result(run)
    assert not failed.passed
    assert detail in failed.detail


def test_database_that_another_program_opened_for_writing_does_not_pass(run: RunToTrack) -> None:
    hashes = {"output/trackio/p.db": {"sha256": sha256_of_file(database(run))}}
    write_json(run.folder / "status.json", {"artifacts": hashes})
    assert result(run).passed
    change(run, "PRAGMA journal_mode = WAL")
    assert result(run).detail == "output/trackio/p.db is missing or was changed after the training"


def test_missing_package_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_process, "PYTHON", str(python_with("roc-validator")))
    run = trained(tmp_path / "run")
    problem = read_problem(run.folder)
    assert problem is not None
    assert (problem.stage, problem.log_complete) == ("start", False)
    assert 'pip install "proband[trackio]"' in problem.reason
    failed = result(run)
    assert (failed.passed, failed.is_missing) == (False, True)
    assert 'pip install "proband[trackio]"' in failed.detail


def test_project_that_trackio_refuses_does_not_fail_the_training(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    train(replace(run, config={**run.config, "tracking": {**TRACKING, "project": "registry-x"}}))
    problem = read_problem(run.folder)
    assert problem is not None
    assert "Project name 'registry-x' is not allowed" in problem.reason
    assert not (run.output / "trackio").exists()


class Requests(BaseHTTPRequestHandler):
    """A server that counts what it is asked."""

    received: list[str] = []

    def do_GET(self) -> None:
        self.received.append(self.path)
        self.send_error(503)

    do_POST = do_HEAD = do_GET


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Requests) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def variables(server: str, home: Path) -> Mapping[str, str]:
    return {
        "HOME": str(home),
        "HF_TOKEN": "hf_" + "x" * 34,
        "HF_ENDPOINT": server,
        "HF_HUB_OFFLINE": "0",
        "TRACKIO_DIR": str(home / "trackio"),
        "TRACKIO_SPACE_ID": "someone/space",
        "TRACKIO_SERVER_URL": f"{server}?write_token=secret",
        "TRACKIO_WEBHOOK_URL": server,
        "TRACKIO_STORAGE_MODE": "jsonl",
        "SYSTEM": "spaces",
        "HTTP_PROXY": server,
        "HTTPS_PROXY": server,
    }


def test_variables_of_the_shell_send_nothing_and_write_nothing_elsewhere(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    for name, content in variables(server, tmp_path / "home").items():
        monkeypatch.setenv(name, content)
    run = trained(tmp_path / "run")
    passed = result(run)
    assert passed.passed, passed.detail
    assert Requests.received == []
    assert list((tmp_path / "home").iterdir()) == []
    assert [file.name for file in (run.output / "trackio").iterdir()] == ["p.db"]


def write_during_training(run: RunToTrack, *, then: Callable[[psutil.Process], None], rows: int) -> None:
    """Train, and do something to trackio's process after the start."""
    with tracked_training(run) as loggers:
        (process,) = children()
        then(process)
        lines = [f"{step},{step},{1.0 / (step + 1)}\n" for step in range(rows)]
        for step in range(rows):
            loggers[0].log_metrics({"loss": 1.0 / (step + 1), "epoch": step}, step)
        (run.output / "history.csv").write_text("epoch,step,loss\n" + "".join(lines), encoding="utf-8")
        write_json(run.output / "metrics.json", {"schema_version": 1, **FINAL})
        (run.output / "final_model").mkdir()
        (run.output / "final_model/model.safetensors").write_bytes(b"weights")


def kill(process: psutil.Process) -> None:
    process.kill()
    process.wait()


FAULTS: dict[str, tuple[Callable[[psutil.Process], None], str]] = {
    "dies": (kill, "the process of trackio has ended"),
    "takes no more rows": (lambda process: process.send_signal(signal.SIGSTOP), "trackio has not taken a row within"),
}


@pytest.mark.parametrize(("fault", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_log_is_written_again_after_the_training(
    fault: Callable[[psutil.Process], Any], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_process, "ROW_SECONDS", 1)
    run = new_run(tmp_path / "run")
    write_during_training(run, then=fault, rows=2000)
    problem = read_problem(run.folder)
    assert problem is not None
    assert problem.stage == "training"
    assert reason in problem.reason
    passed = result(run)
    assert passed.passed, passed.detail
    assert children() == []


def test_concurrent_runs_do_not_disturb_one_another(tmp_path: Path) -> None:
    first, second = new_run(tmp_path / "first"), new_run(tmp_path / "second")
    with tracked_training(first) as loggers:
        loggers[0].log_metrics({"loss": 1.0}, 0)
        train(second)
        loggers[0].log_metrics({"loss": 0.5}, 1)
        (first.output / "history.csv").write_text("epoch,step,loss\n0,0,1.0\n0,1,0.5\n", encoding="utf-8")
    for run, rows in ((first, 2), (second, 3)):
        write_json(run.output / "metrics.json", {"schema_version": 1, **FINAL})
        passed = result(run)
        assert passed.passed, passed.detail
        assert passed.detail.endswith(f"loss in {rows} rows")


def test_run_that_failed_does_not_pass(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    with pytest.raises(ValueError, match="a bug"):
        train(run, ValueError("a bug"))
    write_json(run.output / "metrics.json", {"schema_version": 1, **FINAL})
    assert "the run ended with exit code 1" in result(run).detail


def test_database_is_written_for_a_run_that_has_ended(run: RunToTrack) -> None:
    os.remove(database(run))
    (run.output / "history.csv").write_text("epoch,step,loss\n0,0,1.0\n1,1,nan\n2,2,inf\n", encoding="utf-8")
    record = write_log(replace(run, other_log_root=run.folder / "tracking"))
    assert (run.folder / "tracking/trackio/p.db").is_file()
    write_json(run.folder / "tracking/tracking.json", record.to_json())
    passed = result(run)
    assert passed.passed, passed.detail
