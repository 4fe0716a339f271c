"""The commands of the queue: what they print, record and refuse. No job is built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.admission.hold import place_hold
from lab.queue.jobs import enqueue
from lab.worker.work_loop import Work
from tests.proband.run_command import Proband


@pytest.fixture
def proband(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Proband:
    monkeypatch.delenv("PROBAND_ACTOR", raising=False)
    monkeypatch.setenv("PROBAND_AS", "Ada")
    (tmp_path / "conf").mkdir()
    return Proband(Lab(tmp_path), capsys)


def add(lab: Lab, name: str, priority: str = "medium") -> str:
    return enqueue(lab, "# @package _global_\nexperiment: {}\n", ".yaml", priority, name).name  # type: ignore[arg-type]


def test_queue_lists_the_jobs_in_the_order_of_their_start(proband: Proband) -> None:
    for name, priority in (("slow", "low"), ("urgent", "critical"), ("usual", "medium")):
        add(proband.lab, name, priority)
    listed = proband.json("queue")
    assert [job["experiment_id"] for job in listed["jobs"]] == ["urgent", "usual", "slow"]
    assert listed["hold"] is None
    assert {job["state"] for job in listed["jobs"]} == {"waiting"}
    table = proband("queue").out
    assert table.index("urgent") < table.index("usual") < table.index("slow")
    assert table.rstrip().endswith("3 waiting")


def test_names_from_files_are_printed_without_control_characters(proband: Proband) -> None:
    add(proband.lab, "\x1b[2J\x1b[1A")
    (proband.lab.root / "queue/\x1b[31mred").touch()
    answer = proband("queue")
    assert "\x1b" not in answer.out
    assert "\\x1b[31mred" in answer.out


def test_cancelled_job_is_listed_as_failed_and_comes_back(proband: Proband) -> None:
    name = add(proband.lab, "lr")
    assert proband("cancel", "lr", "--why", "wrong data").code == 0
    (job,) = proband.json("queue")["jobs"]
    assert (job["state"], job["problem"]) == ("failed", "cancelled by Ada: wrong data")
    assert name not in proband("queue").out
    assert name in proband("queue", "--all").out
    assert proband.json("retry", name) == {"schema_version": 1, "job": name, "state": "waiting"}


@pytest.mark.parametrize("command", ["cancel", "retry"])
def test_program_cannot_change_the_queue(proband: Proband, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    add(proband.lab, "lr")
    monkeypatch.setenv("PROBAND_ACTOR", "agent:writer")
    answer = proband(command, "lr")
    assert answer.code == 2
    assert "only a person" in answer.err
    assert [job["state"] for job in proband.json("queue")["jobs"]] == ["waiting"]


def test_worker_starts_nothing_while_the_lab_is_on_hold(proband: Proband) -> None:
    add(proband.lab, "lr")
    place_hold(proband.lab, "Ada", "power cut")
    answer = proband("work", "--once")
    assert answer.code == 1
    assert "power cut" in answer.err
    assert "power cut" in proband("queue").out
    assert proband.json("queue")["ignored"] == []


def test_worker_without_jobs_exits_at_once(proband: Proband) -> None:
    answer = proband("work", "--once")
    assert (answer.code, answer.err.splitlines()) == (0, ["0 jobs completed, 0 failed"])


@pytest.mark.parametrize(
    ("done", "line"),
    [
        pytest.param(Work(completed=1), "1 job completed, 0 failed", id="one job"),
        pytest.param(Work(completed=2, failed=1), "2 jobs completed, 1 failed", id="two jobs"),
    ],
)
def test_last_line_of_the_worker_counts_its_jobs(
    proband: Proband, monkeypatch: pytest.MonkeyPatch, done: Work, line: str
) -> None:
    monkeypatch.setattr("lab.worker.work_loop.work", lambda *_: done)
    assert proband("work", "--once").err.splitlines() == [line]


def test_job_that_contains_no_spec_fails_with_its_diagnostics(proband: Proband) -> None:
    add(proband.lab, "lr")
    answer = proband("work", "--once", "--cores", "1")
    assert answer.code == 1
    (file,) = (proband.lab.root / "failed").glob("*.error.json")
    (attempt,) = json.loads(file.read_text())["attempts"]
    assert attempt["kind"] in ("job", "spec")
    assert "hypothesis" in " ".join(attempt["diagnostics"])
    assert not list((proband.lab.root / "conf").rglob("*.yaml"))


@pytest.mark.parametrize(
    "options", [["--cores", "abc"], ["--cores", "0"], ["--cores", "-1"], ["--profile", "profiles/none"]], ids=" ".join
)
def test_wrong_option_of_the_builds_fails_no_job(proband: Proband, options: list[str]) -> None:
    name = add(proband.lab, "lr")
    try:
        code = proband("work", "--once", *options).code
    except SystemExit as end:  # of argparse
        code = int(str(end.code))
    assert code == 2
    assert (proband.lab.root / "queue" / name).is_file()


def test_program_cannot_train_outside_a_build(proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBAND_ACTOR", "job:analysis")
    monkeypatch.chdir(proband.lab.root)
    answer = proband("train", "experiment=lr")
    assert (answer.code, "a program that a job started cannot train" in answer.err) == (2, True)
