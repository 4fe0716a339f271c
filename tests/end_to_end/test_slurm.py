"""Builds on a real SLURM cluster: submitted jobs, their resources, and jobs that are cancelled, requeued or killed.

All tests use one controller. Several disturbances are tested in one build, because each build takes long.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.cluster import (
    OneMachine,
    building,
    missing_requirement,
    one_machine,
    output,
    submitted,
    wait_for,
)
from tests.end_to_end.support.specs import spec

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(missing_requirement() != "", reason=f"no SLURM: {missing_requirement()}"),
]

DELIVERABLES = "deliverables: [{type: model_checkpoint}]"
CLUSTER_MODELS = """
import os, signal, time
from pathlib import Path
from lightning_modules.models.mlp import MLP

class Killed(MLP):
    '''Is killed at its first attempt, as by the kernel when memory is short.'''
    def __init__(self, lr: float = 0.01, poison: bool = False) -> None:
        super().__init__(lr)
        self.poison = poison
    def on_fit_start(self) -> None:
        if self.poison and not Path("killed_once").exists():
            Path("killed_once").touch()
            os.kill(os.getpid(), signal.SIGKILL)

class Waits(MLP):
    '''Waits for the file `go` before it trains.'''
    def on_fit_start(self) -> None:
        while not Path("go").exists():
            time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def slurm() -> Iterator[OneMachine]:
    with one_machine() as machine:
        yield machine


@pytest.fixture
def lab(separate_lab: RealLab) -> RealLab:
    return separate_lab


@pytest.fixture
def models_lab(lab: RealLab) -> RealLab:
    lab.write("cluster_models.py", CLUSTER_MODELS)
    lab.write("conf/model/killed.yaml", "_target_: cluster_models.Killed\nlr: 0.01\npoison: false\n")
    lab.write("conf/model/waits.yaml", "_target_: cluster_models.Waits\nlr: 0.01\n")
    return lab


def test_only_trainings_are_submitted_with_the_resources_of_the_config(slurm: OneMachine, lab: RealLab) -> None:
    resources = "resources: {cpus: 2, mem_mb: 1500, runtime: 7, partition: main}\n"
    lab.write("conf/experiment/sent.yaml", spec("Jobs can be sent.", DELIVERABLES, more=resources))
    completed = lab.run(*submitted("sent"))
    assert completed.returncode == 0, completed.stderr
    (job,) = slurm.jobs(lab)
    (run,) = lab.json("experiments/sent/results.json")["runs"]
    assert (run["status"], job.comment) == ("completed", f"rule__train_wildcards_{run['run_id']}")
    assert (job.cpus, job.memory, job.time_limit) == (2, "1500M", "00:07:00")


def test_a_pack_is_one_job_and_a_killed_run_does_not_affect_the_others(slurm: OneMachine, models_lab: RealLab) -> None:
    sweep = "sweep: {zip: {seed: range(2), model.poison: 'true,false'}}"
    more = "defaults:\n  - override /model: killed\nresources: {pack: 2, mem_mb: 1000, runtime: 5}\n"
    models_lab.write("conf/experiment/packed.yaml", spec("Jobs can be shared.", sweep, DELIVERABLES, more=more))
    completed = models_lab.run(*submitted("packed"))
    assert completed.returncode == 0, completed.stderr
    first, second = slurm.jobs(models_lab)
    assert (first.state, second.state) == ("FAILED", "COMPLETED")
    assert (first.cpus, first.memory, first.time_limit) == (1, "1000M", "00:10:00")
    assert (second.cpus, second.memory, second.time_limit) == (1, "2000M", "00:10:00")
    results = models_lab.json("experiments/packed/results.json")
    assert [run["status"] for run in results["runs"]] == ["completed"] * 2
    attempts = [models_lab.json(f"runs/{run['run_id']}/status.json")["attempt"] for run in results["runs"]]
    assert attempts == [2, 1]  # the first job trained the other run although the killed one came before it


def test_a_build_completes_when_jobs_are_cancelled_requeued_and_killed(slurm: OneMachine, models_lab: RealLab) -> None:
    """One job is cancelled, one job is requeued, and slurmd is killed. Every run completes once."""
    more = "defaults:\n  - override /model: waits\nresources: {mem_mb: 500, runtime: 5}\n"
    models_lab.write(
        "conf/experiment/disturbed.yaml", spec("Nothing is lost.", "sweep: {seed: range(2)}", DELIVERABLES, more=more)
    )
    with building(models_lab, "disturbed") as build:
        cancelled, requeued = slurm.running(models_lab, 2)
        output("scancel", cancelled.id)
        output("scontrol", "requeue", requeued.id)
        resubmitted = wait_for(lambda: slurm.jobs(models_lab)[2:], "a new job for the cancelled one")
        output("scontrol", "update", f"JobId={requeued.id}", "StartTime=now")
        slurm.running(models_lab, 2)
        slurm.kill_node_daemon()
        models_lab.write("go", "")
        assert build.wait(180) == 0, (models_lab.root / "build.log").read_text()
    jobs = {job.id: job for job in slurm.jobs(models_lab)}
    assert jobs[cancelled.id].state == "CANCELLED"
    assert (jobs[resubmitted[0].id].state, jobs[resubmitted[0].id].memory) == ("COMPLETED", "1000M")
    assert (jobs[requeued.id].state, jobs[requeued.id].restarts) == ("COMPLETED", 1)
    results = models_lab.json("experiments/disturbed/results.json")
    assert results["status"] == "completed"
    assert results["validation_results"]["data_integrity_checks_passed"]
    assert not list((models_lab.root / "results/runs/.partial").glob("*/lease.json"))
