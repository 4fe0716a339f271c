"""A finished run is reused if it is complete and its code is unchanged, also after its process was killed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from training_jobs import RUN_ID, Clock, faulty_job, files_below, partial_runs

from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.run_status import RunStatus, read_complete_status
from lightning_modules.run_store.train_run import record_killed_run, train_run
from tests.stored_runs import flip_byte


def train(job: RunJob, lab: Lab) -> RunStatus:
    return train_run(job, lab, attempt=2, last_attempt=True, log=None, clock=Clock())


def test_run_is_trained_again_if_the_copy_of_its_status_is_deleted(lab: Lab) -> None:
    train(faulty_job("Crashing"), lab)
    lab.status_copy(RUN_ID).unlink()
    assert train(faulty_job("Exporting"), lab).is_completed


@pytest.mark.parametrize("name", ["Exporting", "Crashing"], ids=["completed", "failed"])
def test_deleted_status_is_restored_without_training(name: str, lab: Lab) -> None:
    """Snakemake deletes the output of a job before it runs the job. The second job would fail if it trained."""
    first = train(faulty_job(name), lab)
    lab.status(RUN_ID).unlink()
    assert train(faulty_job("Exiting"), lab) == first == read_complete_status(lab.status(RUN_ID))


DAMAGE = {
    "missing artifact": lambda lab: (lab.run(RUN_ID) / "output/history.csv").unlink(),
    "truncated artifact": lambda lab: (lab.run(RUN_ID) / "output/history.csv").write_text("e"),
    "changed artifact of the same size": lambda lab: flip_byte(lab.run(RUN_ID) / "output/history.csv"),
    "missing provenance": lambda lab: (lab.run(RUN_ID) / "provenance.json").unlink(),
    "damaged copy of the status": lambda lab: lab.status_copy(RUN_ID).write_text("{"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_incomplete_run_is_trained_again(damage: Callable[[Lab], object], lab: Lab) -> None:
    train(faulty_job("Crashing"), lab)
    lab.status(RUN_ID).unlink()
    damage(lab)
    assert train(faulty_job("Exporting"), lab).is_completed


def test_complete_run_whose_process_was_killed_before_the_rename_is_reused(lab: Lab) -> None:
    first = train(faulty_job("Exporting"), lab)
    lab.partial_run(RUN_ID).parent.mkdir(exist_ok=True)
    lab.run(RUN_ID).rename(lab.partial_run(RUN_ID))
    assert train(faulty_job("Exiting"), lab) == first
    assert partial_runs(lab) == []


# Killed processes


def test_killed_process_is_recorded_with_its_log(lab: Lab) -> None:
    (lab.root / "job.log").write_text("printed by the job\n", encoding="utf-8")
    status = record_killed_run(faulty_job("Exporting"), lab, 3, 9, lab.root / "job.log", Clock())
    assert status.error
    assert (status.status, status.error.kind) == ("failed", "killed")
    files = {"config.json", "provenance.json", "status.json", ".status.json", "train.log"}
    assert files_below(lab.run(RUN_ID)) == files


@pytest.mark.parametrize("folder", ["run", "partial_run"], ids=["in the store", "before the rename"])
def test_run_is_completed_if_its_process_was_killed_after_the_last_file(folder: str, finished: Path, lab: Lab) -> None:
    shutil.copytree(finished, getattr(lab, folder)(RUN_ID))
    job = replace(faulty_job("Exporting"), fingerprint="cafe")
    assert record_killed_run(job, lab, 3, 9, None, Clock()) == read_complete_status(finished / "status.json")
    assert lab.status(RUN_ID).is_file()


def test_run_that_failed_because_of_the_machine_is_trained_again(lab: Lab) -> None:
    """A process that outlived an earlier build can record this failure while the next training waits for the lock."""
    record_killed_run(faulty_job("Exporting"), lab, 3, 9, None, Clock())
    assert train(faulty_job("Exporting"), lab).is_completed


# Two processes


class WatchedLab(Lab):
    """A lab that sets an event when a training is about to acquire the lock of its run."""

    lock_requested = threading.Event()

    def run_lock(self, run_id: str) -> Path:
        self.lock_requested.set()
        return super().run_lock(run_id)


@pytest.mark.parametrize(("fingerprint", "reused"), [("cafe", True), ("beef", False)], ids=["same code", "other code"])
def test_second_training_waits_and_reuses_the_run_of_the_first(
    fingerprint: str, reused: bool, finished: Path, lab: Lab
) -> None:
    """This test holds the lock like a first training. The second training would fail if it trained."""
    statuses: list[RunStatus] = []
    watched_lab, second_job = WatchedLab(lab.root), replace(faulty_job("Crashing"), fingerprint=fingerprint)
    second = threading.Thread(target=lambda: statuses.append(train(second_job, watched_lab)))
    lab.run_lock(RUN_ID).parent.mkdir(parents=True)
    with FileLock(lab.run_lock(RUN_ID)):
        watched_lab.lock_requested.clear()
        second.start()
        watched_lab.lock_requested.wait()
        shutil.copytree(finished, lab.run(RUN_ID))
        assert not statuses
    second.join()
    assert (statuses[0] == read_complete_status(finished / "status.json")) is reused
    assert (statuses[0].status == "failed") is not reused
