"""Workers that race for one queue, or are killed, do every job once and lose none."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from tests.lab.worker.support import add_jobs, builds, fake_tools, places, run_worker, start_worker

NAMES = [f"lr{number:02}" for number in range(24)]


def test_eight_workers_do_every_job_once(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    jobs = add_jobs(lab, NAMES)
    workers = [start_worker(lab) for _ in range(8)]
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 8
    assert builds(lab) == dict.fromkeys(NAMES, 1)
    assert places(lab) == {"queue": [], "completed": [job.name for job in jobs], "failed": []}
    payloads = sorted(file.name for file in (tmp_path / "completed").glob("*.payload.json"))
    assert payloads == [f"{Path(job.name).stem}.payload.json" for job in jobs]
    assert not list((tmp_path / "queue/.leases").iterdir())


@pytest.mark.soak
def test_killed_workers_lose_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repetitions: Callable[[int, int], int]
) -> None:
    """A job that was interrupted is built again. A job that is completed is not."""
    monkeypatch.setenv("BUILD_SECONDS", "0.05")
    lab, instants = Lab(tmp_path), random.Random(11)
    kills = repetitions(10, 200)
    jobs = add_jobs(lab, [f"lr{number:03}" for number in range(2 * kills)])
    for _ in range(kills):
        worker = start_worker(lab)
        time.sleep(instants.uniform(0, 0.35))
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        now = places(lab)
        everywhere = [name for folder in now.values() for name in folder]
        assert sorted(everywhere) == [job.name for job in jobs]
        completed = {f"{Path(name).stem}.payload.json" for name in now["completed"]}
        assert completed <= {file.name for file in (tmp_path / "completed").iterdir()}
    finished_before = set(places(lab)["completed"])
    built_before = builds(lab)
    run_worker(lab)
    assert places(lab) == {"queue": [], "completed": [job.name for job in jobs], "failed": []}
    repeated = {job.experiment_id for job in jobs if job.name in finished_before}
    assert all(builds(lab)[name] == built_before[name] for name in repeated if name)


def test_killed_worker_leaves_its_job_to_a_running_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUILD_SECONDS", "0.5")
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    first = start_worker(lab)
    while not builds(lab):
        time.sleep(0.01)
    assert run_worker(lab)[1] == []  # the job is taken
    first.kill()
    first.join()
    assert [(name, outcome.state) for name, outcome in run_worker(lab)[1]] == [("lr", "completed")]
    assert places(lab)["completed"] == [job.name]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_worker_stops_its_build_and_keeps_the_job(tmp_path: Path, number: signal.Signals) -> None:
    lab = Lab(tmp_path)
    (job,) = add_jobs(lab, ["lr"])
    build = """
import pathlib, time
try:
    pathlib.Path("started").touch()
    time.sleep(60)
except KeyboardInterrupt:
    pathlib.Path("stopped").touch()
    raise SystemExit(130)
"""
    worker = start_worker(lab, fake_tools(build))
    while not (tmp_path / "started").exists():
        time.sleep(0.01)
    os.kill(worker.pid or 0, number)
    worker.join(30)
    assert worker.exitcode == 130
    assert (tmp_path / "stopped").exists()
    assert places(lab) == {"queue": [job.name], "completed": [], "failed": []}
    assert run_worker(lab)[0].completed == 1
