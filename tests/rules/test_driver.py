"""What a driver does before the first job and after the last, without Snakemake around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json, write_text
from compiler.base.paths import ENGINE, Lab
from rules.build.driver import is_forced
from rules.build.lock import held_driver_lock
from rules.build.workflow import Workflow
from rules.jobs.train import with_threads
from tests.plans import run_job

STATUS = "results/runs/0123456789ab/status.json"
JOB = SimpleNamespace(rule=SimpleNamespace(name="train"), output=[STATUS])
FORCED: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing": ({}, False),
    "its rule": ({"forcerun": {"train"}}, True),
    "its output": ({"forcerun": {STATUS}}, True),
    "another rule": ({"forcerun": {"results"}}, False),
    "everything": ({"forceall": True}, True),
    "its output as a target": ({"forcetargets": True, "targets": {STATUS}}, True),
    "another target": ({"forcetargets": True, "targets": {"study"}}, False),
    "a target without force": ({"targets": {STATUS}}, False),
}


@pytest.mark.parametrize(("asked", "forced"), FORCED.values(), ids=FORCED)
def test_only_what_somebody_asks_for_is_forced(asked: dict[str, Any], forced: bool) -> None:
    defaults = {"forcerun": set(), "forceall": False, "forcetargets": False, "targets": set()}
    assert is_forced(JOB, SimpleNamespace(**defaults | asked)) is forced  # type: ignore[arg-type]


@contextmanager
def another_driver(lab: Lab) -> Iterator[None]:
    """Holds the lock until it is told to end, or killed."""
    program = (
        "import sys, pathlib; from compiler.base.paths import Lab; from rules.build.lock import held_driver_lock; "
    )
    program += "held = held_driver_lock(Lab(pathlib.Path(sys.argv[1]))); print('held', flush=True); sys.stdin.read()"
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


def test_a_lock_of_a_driver_that_was_killed_is_removed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    with another_driver(lab):
        lock = snakemake_lock(lab)
    held = held_driver_lock(lab)
    os.close(held.descriptor)
    assert not lock.exists()
    assert held.is_alone


def test_a_lock_that_a_living_driver_may_hold_is_left_alone(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    with another_driver(lab):
        lock = snakemake_lock(lab)
        held = held_driver_lock(lab)
        os.close(held.descriptor)
        assert lock.exists()
        assert not held.is_alone


def test_a_machine_failure_is_out_of_the_way_of_the_next_build(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    failed = {"status": "failed", "error": {"kind": "no_space"}}
    for run in ("told", "kept"):
        for file in (lab.status(run), lab.status_copy(run)):
            write_json(file, failed)
    for file in (lab.status("whole"), lab.status_copy("whole")):
        write_json(file, {"status": "completed", "error": None})
    for run in ("told", "gone", "whole"):
        write_text(lab.machine_failure_mark(run), "")
    Workflow.forget_machine_failures(SimpleNamespace(lab=lab))  # type: ignore[arg-type]
    assert not lab.status("told").exists()
    assert not lab.status_copy("told").exists()
    assert json.loads(lab.machine_failure("told").read_text()) == failed
    assert lab.status("kept").exists(), "a finding stays"
    assert lab.status("whole").exists(), "it was trained again since"
    assert not list((lab.state / "machine_failures").iterdir())


@pytest.mark.parametrize(("environ", "cpus"), [({"OMP_NUM_THREADS": "2"}, 2), ({}, 4), ({"OMP_NUM_THREADS": "2,1"}, 4)])
def test_a_training_has_the_threads_that_snakemake_gave_it(environ: dict[str, str], cpus: int) -> None:
    job = run_job("a", {"seed": 1, "resources": {"cpus": 4, "gpus": 0}})
    given = with_threads(job, environ)
    assert given.config == {"seed": 1, "resources": {"cpus": cpus, "gpus": 0}}
    assert job.config["resources"]["cpus"] == 4
