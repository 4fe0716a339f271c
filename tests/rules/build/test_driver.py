"""The driver prepares the lab before the first job and cleans up after the last one. Tested without Snakemake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json, write_text
from compiler.base.paths import ENGINE, Lab
from rules.build.build_plan import GATE, TRAIN
from rules.build.driver import is_forced, remove_gates
from rules.build.locks.driver_lock import hold_driver_lock
from rules.build.machine_failures import reset_machine_failures
from rules.build.register import experiments_of
from tests.plans import plan_of, planned_experiment, planned_run

STATUS = "results/runs/0123456789ab/status.json"
JOB = SimpleNamespace(rule=SimpleNamespace(name=TRAIN), output=[STATUS])
FORCED: dict[str, tuple[dict[str, Any], bool]] = {
    "no option": ({}, False),
    "forcerun with its rule": ({"forcerun": {TRAIN}}, True),
    "forcerun with its output": ({"forcerun": {STATUS}}, True),
    "forcerun with another rule": ({"forcerun": {"_results"}}, False),
    "forceall": ({"forceall": True}, True),
    "force with its output as target": ({"forcetargets": True, "targets": {STATUS}}, True),
    "force with another target": ({"forcetargets": True, "targets": {"study"}}, False),
    "its output as target, without force": ({"targets": {STATUS}}, False),
}


@pytest.mark.parametrize(("settings", "forced"), FORCED.values(), ids=FORCED)
def test_job_is_forced_only_by_the_users_settings(settings: dict[str, Any], forced: bool) -> None:
    defaults = {"forcerun": set(), "forceall": False, "forcetargets": False, "targets": set()}
    assert is_forced(JOB, SimpleNamespace(**defaults | settings)) is forced  # type: ignore[arg-type]


def test_only_the_gates_that_are_decided_anew_are_removed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    for name in ("new", "old"):
        write_text(lab.gate(name), "delivers")
    gate = SimpleNamespace(rule=SimpleNamespace(name=GATE), wildcards=SimpleNamespace(experiment="new"))
    remove_gates(lab, [JOB, gate])
    assert [lab.gate(name).exists() for name in ("new", "old")] == [False, True]


@contextmanager
def another_driver(lab: Lab) -> Iterator[None]:
    """Run a process that holds the driver lock, and kill it at the end of the block."""
    program = (
        "import sys, pathlib; from compiler.base.paths import Lab; "
        "from rules.build.locks.driver_lock import hold_driver_lock; "
        "lock = hold_driver_lock(Lab(pathlib.Path(sys.argv[1]))); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(lab.root)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=os.environ | {"PYTHONPATH": str(ENGINE)}, **pipes) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield
        process.kill()


def snakemake_lock(lab: Lab) -> Path:
    lock = lab.root / ".snakemake/locks/0.output.lock"
    write_text(lock, "results/genealogy.json\n")
    return lock


def test_snakemake_lock_of_a_killed_build_is_removed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    with another_driver(lab):
        stale = snakemake_lock(lab)
    lock = hold_driver_lock(lab)
    os.close(lock.descriptor)
    assert not stale.exists()
    assert lock.is_alone


def test_snakemake_lock_stays_while_another_build_is_running(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    with another_driver(lab):
        used = snakemake_lock(lab)
        lock = hold_driver_lock(lab)
        os.close(lock.descriptor)
        assert used.exists()
        assert not lock.is_alone


def test_status_of_a_machine_failure_is_moved_aside_and_all_other_statuses_stay(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    failed = {"status": "failed", "error": {"kind": "no_space"}}
    for run in ("marked", "unmarked"):
        for file in (lab.status(run), lab.status_copy(run)):
            write_json(file, failed)
    for file in (lab.status("completed"), lab.status_copy("completed")):
        write_json(file, {"status": "completed", "error": None})
    for run in ("marked", "deleted", "completed"):
        write_text(lab.machine_failure_mark(run), "")
    reset_machine_failures(lab)
    assert not lab.status("marked").exists()
    assert not lab.status_copy("marked").exists()
    assert json.loads(lab.machine_failure("marked").read_text()) == failed
    assert lab.status("unmarked").exists(), "a failure of the run itself is a result"
    assert lab.status("completed").exists(), "the run was trained again after it was marked"
    assert not list((lab.state / "machine_failures").iterdir())


@pytest.mark.parametrize(
    ("jobs", "experiments"),
    [
        ([{"experiment": "one"}], {"one"}),
        ([{"run": "shared"}], {"one", "two"}),
        ([{"run": "shared"}, {"experiment": "one"}], {"one"}),
        ([{"run": "unknown"}, {"data": "d"}], set()),
    ],
    ids=["a job of an experiment", "a run alone", "a run whose experiment has other jobs", "no job of an experiment"],
)
def test_experiments_of_jobs_are_registered(jobs: list[dict[str, str]], experiments: set[str]) -> None:
    plan = plan_of(planned_experiment("one"), planned_experiment("two"))
    plan = replace(plan, runs={"shared": replace(planned_run("shared"), experiments=("one", "two"))})
    assert experiments_of(plan, [SimpleNamespace(wildcards_dict=values) for values in jobs]) == experiments
