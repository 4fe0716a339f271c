"""A job ends as completed or failed with its reasons, and hostile files are not read."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import Lab
from lab.queue.cancel import NotPossible, cancel, retry
from lab.queue.find_job import NoSuchJob
from lab.queue.listing import list_queue
from lab.worker.spec_file import SpecText
from tests.lab.worker.support import BUILD, add_jobs, builds, fake_tools, places, run_worker, start_worker

GATE = """
folder = pathlib.Path(".proband/logs/gates")
folder.mkdir(parents=True, exist_ok=True)
(folder / f"{name}.log").touch()
"""

# A closed gate ends the build before its last job.
CLOSED_GATE = """
closed = {"failed": [{"name": "accuracy", "reason": "is low"}], "required": ["accuracy"], "gate": "training", "why": "",
          "decided_by": {"kind": "code", "name": "x"}, "inputs": {}}
(folder / "gates").mkdir(exist_ok=True)
(folder / "gates/training.json").write_text(json.dumps(closed))
logs = pathlib.Path(".proband/logs/stages", name)
logs.mkdir(parents=True, exist_ok=True)
(logs / "training_execution.log").touch()
"""


def failure(lab: Lab, number: int = -1) -> dict[str, Any]:
    """Return the latest failed attempt of the only failed job."""
    (file,) = (lab.root / "failed").glob("*.error.json")
    return dict(json.loads(file.read_text())["attempts"][number])


def test_completed_job_has_the_results_as_payload(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    done, outcomes = run_worker(lab)
    assert (done.completed, done.failed, outcomes[0][1].message) == (1, 0, "delivered")
    payload = tmp_path / "completed" / f"{Path(job.name).stem}.payload.json"
    assert payload.read_bytes() == (tmp_path / "results/experiments/lr/results.json").read_bytes()
    assert (tmp_path / "conf/experiment/lr.yaml").read_text() == "experiment: {name: lr}\n"
    assert (tmp_path / "completed" / job.name).read_text() == "experiment: {name: lr}\n"


def test_build_is_started_as_a_worker(tmp_path: Path) -> None:
    add_jobs(Lab(tmp_path), ["lr"])
    run_worker(Lab(tmp_path), fake_tools(BUILD + "\nprint(os.environ['PROBAND_ACTOR'])"))
    (log,) = (tmp_path / ".proband/logs/queue").iterdir()
    assert log.read_text() == f"worker:{os.uname().nodename}:{os.getpid()}\n"


@pytest.mark.parametrize("gate", [GATE, CLOSED_GATE], ids=["after the documents", "before the documents"])
def test_experiment_that_misses_its_deliverables_is_completed(tmp_path: Path, gate: str) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    done, outcomes = run_worker(lab, fake_tools(BUILD + gate + "sys.exit(1)"))
    assert (done.completed, outcomes[0][1].message) == (1, "did not pass its gates")


@pytest.mark.parametrize(
    ("build", "kind", "message"),
    [
        ("import sys; sys.exit(1)", "build", "exit code 1 and without results"),
        (BUILD + "sys.exit(1)", "build", "exit code 1 before the gates were decided"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "build", "exit code -9"),
        (
            BUILD.replace('"runs": []', '"runs": [{"run_id": "0123456789ab"}]') + GATE + "sys.exit(1)",
            "machine",
            "1 run failed because of the machine: 0123456789ab",
        ),
        (BUILD.replace('"runs": []}', '"runs": [') + "sys.exit(1)", "build", "exit code 1"),
    ],
    ids=["no results", "a step failed", "killed", "machine failure", "damaged results"],
)
def test_failed_build_gives_a_failed_job(tmp_path: Path, build: str, kind: str, message: str) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    run_worker(lab, fake_tools(build))
    assert places(lab) == {"queue": [], "completed": [], "failed": [job.name]}
    assert failure(lab)["kind"] == kind
    assert message in failure(lab)["message"]


def test_stage_that_fails_with_an_open_gate_is_a_failed_build(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    is_open = CLOSED_GATE.replace('[{"name": "accuracy", "reason": "is low"}]', "[]")
    run_worker(lab, fake_tools(BUILD + is_open + "sys.exit(1)"))
    assert "before the gates were decided" in failure(lab)["message"]


@pytest.mark.parametrize("gate", [GATE, CLOSED_GATE], ids=["after the documents", "before the documents"])
def test_results_and_gates_of_an_earlier_build_do_not_count(tmp_path: Path, gate: str) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr", "lr"])
    run_worker(lab, fake_tools(BUILD + gate + "sys.exit(1)"))
    assert len(places(lab)["completed"]) == 2
    add_jobs(lab, ["lr"])
    run_worker(lab, fake_tools("import sys; sys.exit(1)"))
    assert "before the gates were decided" in failure(lab)["message"]


def test_error_shows_the_end_of_the_log_without_secrets(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    token = "hf_" + "A1b2C3d4E5f6G7h8"
    run_worker(lab, fake_tools(f"print('old\\n' * 100 + 'token={token} /home/ada/x \\x1b[2J'); raise SystemExit(1)"))
    lines = failure(lab)["log_tail"]
    assert lines[-1] == "token=<key> <path> \\x1b[2J"
    assert len(lines) == 40
    assert (tmp_path / failure(lab)["log"]).is_file()
    assert token not in json.dumps(failure(lab))


def test_spec_that_does_not_compile_fails_and_is_removed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    run_worker(lab, fake_tools(diagnostics=["conf/experiment/lr.yaml:1:1: unknown key 'modle'"]))
    assert failure(lab)["kind"] == "spec"
    assert failure(lab)["diagnostics"] == ["conf/experiment/lr.yaml:1:1: unknown key 'modle'"]
    assert not (tmp_path / "conf/experiment/lr.yaml").exists()
    assert not builds(lab)


def test_experiment_without_approval_is_not_built(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    run_worker(lab, fake_tools(problem="lr: no person has approved it (proband approve lr)"))
    assert (failure(lab)["kind"], failure(lab)["log"]) == ("not_approved", None)
    assert "proband approve lr" in failure(lab)["message"]
    assert not builds(lab)


def test_existing_spec_with_other_content_is_kept(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    (tmp_path / "conf/experiment").mkdir()
    (tmp_path / "conf/experiment/lr.yaml").write_text("mine\n")
    run_worker(lab)
    assert "exists with other content" in failure(lab)["diagnostics"][0]
    assert (tmp_path / "conf/experiment/lr.yaml").read_text() == "mine\n"


def test_wrong_shared_config_stops_the_worker_and_keeps_the_job(tmp_path: Path) -> None:
    def compile_spec(_lab: Lab, _name: str) -> list[str]:
        raise CompileError([Diagnostic("conf/config.yaml", 1, 1, "", "is wrong")])

    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    tools = fake_tools()
    with pytest.raises(CompileError):
        run_worker(lab, replace(tools, compile_spec=compile_spec))
    assert places(lab)["queue"] == [job.name]
    assert run_worker(lab)[0].completed == 1


@pytest.mark.parametrize("kind", ["link", "folder", "fifo", "large"])
def test_job_that_is_no_regular_file_fails_unread_and_stops_no_other(tmp_path: Path, kind: str) -> None:
    lab = Lab(tmp_path)
    hostile, good = add_jobs(lab, ["bad", "good"])
    hostile.path.unlink()
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    if kind == "link":
        hostile.path.symlink_to(secret)
    elif kind == "folder":
        hostile.path.mkdir()
    elif kind == "fifo":
        os.mkfifo(hostile.path)
    else:
        with hostile.path.open("wb") as file:
            file.truncate(10_000_001)
    run_worker(lab)
    assert places(lab) == {"queue": [], "completed": [good.name], "failed": [hostile.name]}
    assert failure(lab)["kind"] == "job"
    assert "hunter2" not in json.dumps(failure(lab))
    assert secret.read_text() == "hunter2"


@pytest.mark.parametrize("name", ["../../conf/config", "/tmp/x", ".."])
def test_experiment_id_that_is_a_path_writes_nothing(tmp_path: Path, name: str) -> None:
    lab = Lab(tmp_path / "lab")
    lab.root.mkdir()
    add_jobs(lab, ["lr"])
    tools = fake_tools()
    run_worker(lab, replace(tools, read_spec=lambda lab, job, text: SpecText(name, text)))
    assert failure(lab)["kind"] == "job"
    assert not builds(lab)
    assert not list((tmp_path).glob("*.yaml"))


def test_held_worker_starts_nothing(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    done, outcomes = run_worker(lab, fake_tools(hold="held by Ada"))
    assert (done.held, outcomes) == ("held by Ada", [])
    assert places(lab)["queue"] == [job.name]


def test_job_stays_if_the_hold_comes_before_its_build(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    tools = fake_tools("import sys; open('refused', 'w'); sys.exit(1)")
    is_held = lambda lab: "held" if (lab.root / "refused").exists() else None  # noqa: E731
    done, outcomes = run_worker(lab, replace(tools, read_hold=is_held))
    assert [outcome.state for _, outcome in outcomes] == ["held"]
    assert (done.held, places(lab)["queue"]) == ("held", [job.name])


def test_cancelled_job_is_recorded_and_can_be_retried(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    assert cancel(lab, "lr", "Ada", "wrong data").state == "cancelled"
    assert places(lab)["failed"] == [job.name]
    assert (failure(lab)["by"], failure(lab)["message"]) == ("Ada", "cancelled by Ada: wrong data")
    assert retry(lab, job.name) == job
    assert run_worker(lab)[0].completed == 1
    assert failure(lab)["kind"] == "cancelled"  # the history stays


def test_running_job_is_stopped_by_cancel(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    worker = start_worker(lab, fake_tools("import time; open('started', 'w'); time.sleep(60)"))
    while not (tmp_path / "started").exists():
        time.sleep(0.01)
    assert [(item.state, item.worker) for item in list_queue(lab).jobs] == [
        ("running", f"process {worker.pid} on {os.uname().nodename}")
    ]
    assert cancel(lab, "lr", "Ada", "").state == "stopping"
    worker.join(30)
    assert worker.exitcode == 0
    assert places(lab) == {"queue": [], "completed": [], "failed": [job.name]}
    assert failure(lab)["message"] == "cancelled by Ada"


def test_attempts_of_a_retried_job_are_kept(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    for _ in range(2):
        run_worker(lab, fake_tools("import sys; sys.exit(7)"))
        retry(lab, "lr")
    run_worker(lab)
    (file,) = (lab.root / "failed").glob("*.error.json")
    assert len(json.loads(file.read_text())["attempts"]) == 2
    assert len(places(lab)["completed"]) == 1


@pytest.mark.parametrize(
    ("state", "command", "message"),
    [
        ("completed", "cancel", "is in completed/"),
        ("completed", "retry", "missed deliverables are a result"),
        ("queue", "retry", "is in the queue already"),
    ],
)
def test_command_is_refused_in_the_wrong_state(tmp_path: Path, state: str, command: str, message: str) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    if state == "completed":
        run_worker(lab)
    before = places(lab)
    with pytest.raises(NotPossible, match=message):
        retry(lab, "lr") if command == "retry" else cancel(lab, "lr", "Ada", "")
    assert places(lab) == before


@pytest.mark.parametrize("word", ["../../conf/config", "job_2026", "", "nothing", "job_20261128T120000.000000Z.yaml"])
def test_unknown_job_is_refused(tmp_path: Path, word: str) -> None:
    add_jobs(Lab(tmp_path), ["lr"])
    with pytest.raises(NoSuchJob, match="no job is called"):
        cancel(Lab(tmp_path), word, "Ada", "")


def test_ambiguous_experiment_is_refused(tmp_path: Path) -> None:
    add_jobs(Lab(tmp_path), ["lr", "lr"])
    with pytest.raises(NoSuchJob, match="'lr' matches 2 jobs"):
        cancel(Lab(tmp_path), "lr", "Ada", "")


def test_restored_copy_of_a_finished_job_is_not_built_again(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    run_worker(lab)
    job.path.write_bytes((tmp_path / "completed" / job.name).read_bytes())
    assert run_worker(lab)[1] == []
    assert builds(lab)["lr"] == 1
    problem = list_queue(lab).jobs[0].problem
    assert problem is not None
    assert "a finished job has the same name" in problem


def test_listing_names_files_that_are_no_jobs(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    add_jobs(lab, ["lr"])
    for name in ("README.md", "job_x.json", "job_20261128T120000.000000Z.json~"):
        (tmp_path / "queue" / name).touch()
    assert list_queue(lab).ignored == ("README.md", "job_20261128T120000.000000Z.json~", "job_x.json")
