"""Builds on a real SLURM: what is submitted, what it asks for, and what becomes of jobs that are killed.

Slow parts are shared: one controller for the file, and one build for all the harm that can be done at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from build import RealLab
from cluster import OneMachine, building, one_machine, output, submitted, until, why_not
from specs import spec

pytestmark = [pytest.mark.slow, pytest.mark.skipif(why_not() != "", reason=f"no SLURM: {why_not()}")]

HOLDS = "deliverables: [{type: model_checkpoint}]"
ODD_MODELS = """
import os, signal, time
from pathlib import Path
from lightning_modules.models.mlp import MLP

class Killed(MLP):
    '''Killed at its first attempt, as the kernel does where memory is short.'''
    def __init__(self, lr: float = 0.01, poison: bool = False) -> None:
        super().__init__(lr)
        self.poison = poison
    def on_fit_start(self) -> None:
        if self.poison and not Path("killed_once").exists():
            Path("killed_once").touch()
            os.kill(os.getpid(), signal.SIGKILL)

class Waits(MLP):
    '''Trains until it is let go.'''
    def on_fit_start(self) -> None:
        while not Path("go").exists():
            time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def slurm() -> Iterator[OneMachine]:
    with one_machine() as machine:
        yield machine


@pytest.fixture
def odd_lab(lab: RealLab) -> RealLab:
    lab.write("odd_models.py", ODD_MODELS)
    lab.write("conf/model/killed.yaml", "_target_: odd_models.Killed\nlr: 0.01\npoison: false\n")
    lab.write("conf/model/waits.yaml", "_target_: odd_models.Waits\nlr: 0.01\n")
    return lab


def test_only_trainings_are_submitted_with_what_the_config_asks_for(slurm: OneMachine, lab: RealLab) -> None:
    asked = "resources: {cpus: 2, mem_mb: 1500, runtime: 7, partition: main}\n"
    lab.write("conf/experiment/sent.yaml", spec("Jobs can be sent.", HOLDS, more=asked))
    done = lab.run(*submitted("sent"))
    assert done.returncode == 0, done.stderr
    (job,) = slurm.jobs(lab)
    (run,) = lab.json("experiments/sent/results.json")["runs"]
    assert (run["status"], job.asked_for) == ("completed", f"rule_train_wildcards_{run['run_id']}")
    assert (job.cpus, job.memory, job.time_limit) == (2, "1500M", "00:07:00")


def test_a_pack_is_one_job_and_what_is_killed_in_it_leaves_the_others(slurm: OneMachine, odd_lab: RealLab) -> None:
    sweep = "sweep: {zip: {seed: range(2), model.poison: 'true,false'}}"
    more = "defaults:\n  - override /model: killed\nresources: {pack: 2, mem_mb: 1000, runtime: 5}\n"
    odd_lab.write("conf/experiment/packed.yaml", spec("Jobs can be shared.", sweep, HOLDS, more=more))
    done = odd_lab.run(*submitted("packed"))
    assert done.returncode == 0, done.stderr
    first, second = slurm.jobs(odd_lab)
    assert (first.state, second.state) == ("FAILED", "COMPLETED")
    assert (first.cpus, first.memory, first.time_limit) == (1, "1000M", "00:10:00")
    assert (second.cpus, second.memory, second.time_limit) == (1, "2000M", "00:10:00")
    results = odd_lab.json("experiments/packed/results.json")
    assert [run["status"] for run in results["runs"]] == ["completed"] * 2
    attempts = [odd_lab.json(f"runs/{run['run_id']}/status.json")["attempt"] for run in results["runs"]]
    assert attempts == [2, 1]  # the other one was trained by the first job, though the crash came before


def test_a_build_survives_what_happens_to_its_jobs(slurm: OneMachine, odd_lab: RealLab) -> None:
    """One job is cancelled, one requeued, the node's daemon is killed; each run is there once and whole."""
    more = "defaults:\n  - override /model: waits\nresources: {mem_mb: 500, runtime: 5}\n"
    odd_lab.write("conf/experiment/harmed.yaml", spec("Nothing is lost.", "sweep: {seed: range(2)}", HOLDS, more=more))
    with building(odd_lab, "harmed") as build:
        cancelled, requeued = slurm.running(odd_lab, 2)
        output("scancel", cancelled.id)
        output("scontrol", "requeue", requeued.id)
        again = until(lambda: slurm.jobs(odd_lab)[2:], "a new job for the cancelled one")
        output("scontrol", "update", f"JobId={requeued.id}", "StartTime=now")
        slurm.running(odd_lab, 2)
        slurm.kill_node_daemon()
        odd_lab.write("go", "")
        assert build.wait(180) == 0, (odd_lab.root / "build.log").read_text()
    jobs = {job.id: job for job in slurm.jobs(odd_lab)}
    assert jobs[cancelled.id].state == "CANCELLED"
    assert (jobs[again[0].id].state, jobs[again[0].id].memory) == ("COMPLETED", "1000M")
    assert (jobs[requeued.id].state, jobs[requeued.id].restarts) == ("COMPLETED", 1)
    results = odd_lab.json("experiments/harmed/results.json")
    assert results["status"] == "completed"
    assert results["validation_results"]["data_integrity_checks_passed"]
    assert not list((odd_lab.root / "results/runs/.partial").glob("*/lease.json"))
