"""Builds of the same experiment, or with a common untrained run, wait for each other. Others run at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.base.json_files import write_json, write_text
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from rules.build.locks.experiment_locks import acquire_experiments, affected_experiments, repeats_finished_runs
from tests.plans import plan_of, planned_experiment

USERS = {"own_a": ("a",), "own_b": ("b",), "common": ("a", "b"), "own_c": ("c",)}


@pytest.fixture
def plan() -> Plan:
    """Experiments `a` and `b` have one run in common, and `c` has none in common with them."""
    settings: dict[str, Mapping[str, Mapping[str, int]]] = {
        name: {run: {} for run, users in USERS.items() if name in users} for name in "abc"
    }
    plan = plan_of(*(planned_experiment(name, runs) for name, runs in settings.items()))
    return replace(plan, runs={run: replace(plan.runs[run], experiments=users) for run, users in USERS.items()})


def finish(lab: Lab, run: str, fingerprint: str = "c0de") -> None:
    write_json(lab.status(run), {"status": "completed"})
    write_json(lab.run(run) / "provenance.json", {"fingerprint": fingerprint})


def test_experiments_with_a_common_untrained_run_are_affected(tmp_path: Path, plan: Plan) -> None:
    assert affected_experiments(Lab(tmp_path), plan, ["a"], repeats_runs=False) == {"a", "b"}
    assert affected_experiments(Lab(tmp_path), plan, ["c", "no experiment"], repeats_runs=False) == {"c"}


def test_a_finished_run_affects_nobody_unless_it_is_trained_again(tmp_path: Path, plan: Plan) -> None:
    lab = Lab(tmp_path)
    finish(lab, "common")
    assert affected_experiments(lab, plan, ["a"], repeats_runs=False) == {"a"}
    assert affected_experiments(lab, plan, ["a"], repeats_runs=True) == {"a", "b"}
    finish(lab, "common", fingerprint="older code")
    assert affected_experiments(lab, plan, ["a"], repeats_runs=False) == {"a", "b"}
    finish(lab, "common")
    write_text(lab.machine_failure_mark("common"), "")
    assert affected_experiments(lab, plan, ["a"], repeats_runs=False) == {"a", "b"}


def test_second_build_waits_and_then_asks_for_a_new_plan(
    tmp_path: Path, plan: Plan, capfd: pytest.CaptureFixture[str]
) -> None:
    lab, waited = Lab(tmp_path), threading.Event()
    first = acquire_experiments(lab, plan, ["a"], repeats_runs=False)
    assert first is not None

    def second_build() -> None:
        assert acquire_experiments(lab, plan, ["b"], repeats_runs=False) is None
        waited.set()

    threading.Thread(target=second_build, daemon=True).start()
    output = ""
    while "waiting for that build to finish" not in output:
        output += capfd.readouterr().err
    assert f"another build (process {os.getpid()} on " in output
    assert not waited.is_set()
    for descriptor in first:
        os.close(descriptor)
    assert waited.wait(30)
    again = acquire_experiments(lab, plan, ["b"], repeats_runs=False)
    assert again is not None
    assert len(again) == 2
    for descriptor in again:
        os.close(descriptor)


def test_builds_without_a_common_run_do_not_wait(tmp_path: Path, plan: Plan) -> None:
    lab = Lab(tmp_path)
    locks = [acquire_experiments(lab, plan, [name], repeats_runs=False) for name in ("a", "c")]
    assert all(locks)
    for descriptors in locks:
        for descriptor in descriptors or []:
            os.close(descriptor)


@pytest.mark.parametrize(
    ("words", "repeats"),
    [
        (["--cores", "2", "study"], False),
        (["study", "--forcerun", "train"], True),
        (["-F", "study"], True),
        (["-R", "train"], True),
        (["-f", "results/runs/a/status.json"], True),
    ],
    ids=["a build", "forcerun", "all jobs", "some rules", "a target"],
)
def test_options_that_repeat_runs(words: list[str], repeats: bool) -> None:
    assert repeats_finished_runs(words) is repeats
