"""The runs that a name selects: a run, a point, an experiment, or a sample of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.reproduction.recorded_run import NothingToReproduce, changed_files, next_step_after_change
from lab.reproduction.records import record
from lab.reproduction.selection import changed_runs, select_runs
from tests.compiler.reproduction.made_reproductions import reproduction_of
from tests.plans import plan_of, planned_experiment
from tests.stored_runs import METRICS, flip_byte, store_run, write_status

PLANNED = "f" * 12


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def plan_with(*runs: str) -> Plan:
    return plan_of(planned_experiment("study", {run: {"seed": number} for number, run in enumerate(runs)}))


def no_plan() -> Plan:
    raise AssertionError("the specs were compiled")


def test_id_of_a_stored_run_needs_no_spec(lab: Lab) -> None:
    run = store_run(lab)
    [selection] = select_runs(lab, [run], None, no_plan)
    assert (selection.runs, selection.is_experiment) == ((run,), False)


def test_experiment_selects_its_runs_with_a_result(lab: Lab) -> None:
    runs = store_run(lab), store_run(lab, seed=1)
    failed = store_run(lab, seed=2, status="failed", error={"kind": "error", "message": "x"})
    killed = store_run(lab, seed=3, status="failed", error={"kind": "killed", "message": "x"})
    [selection] = select_runs(lab, ["study"], None, lambda: plan_with(*runs, failed, killed, PLANNED))
    assert selection.runs == (*runs, failed)
    assert (selection.finished, selection.planned, selection.is_sample) == (3, 5, False)


def test_sample_starts_with_the_runs_that_were_not_reproduced(lab: Lab) -> None:
    runs = sorted(store_run(lab, seed=seed, completed_at="2020-01-01T12:00:00+00:00") for seed in range(3))
    record(lab, reproduction_of(lab, runs[0], at="20200301T000000.000000Z"))
    [selection] = select_runs(lab, ["study"], 2, lambda: plan_with(*runs))
    assert selection.runs == (runs[1], runs[2])
    assert selection.is_sample
    assert not select_runs(lab, ["study"], 99, lambda: plan_with(*runs))[0].is_sample


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        pytest.param("study", "study: no run has a result yet", id="experiment without a finished run"),
        pytest.param(PLANNED, "has not finished", id="planned run"),
        pytest.param("missing", "no run is called 'missing'", id="unknown name"),
        pytest.param("../study", "no run is called", id="path"),
        pytest.param("", "no run is called", id="empty name"),
    ],
)
def test_name_without_a_result_is_an_input_error(lab: Lab, word: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        select_runs(lab, [word], None, lambda: plan_with(PLANNED))


def test_archived_run_names_the_command_that_restores_it(lab: Lab) -> None:
    (lab.root / "archive/runs").mkdir(parents=True)
    (lab.root / f"archive/runs/{PLANNED}.dvc").touch()
    with pytest.raises(NothingToReproduce, match="proband restore --runs"):
        select_runs(lab, [PLANNED], None, no_plan)
    with pytest.raises(NothingToReproduce, match=r"proband restore study\)$"):
        select_runs(lab, ["study"], None, lambda: plan_with(PLANNED))


def test_machine_failure_is_no_result(lab: Lab) -> None:
    run = store_run(lab, status="failed", error={"kind": "out_of_memory", "message": "x"})
    with pytest.raises(NothingToReproduce, match="out_of_memory"):
        select_runs(lab, [run], None, no_plan)


def test_changed_files_are_named_before_a_training(lab: Lab) -> None:
    run = store_run(lab)
    assert changed_files(lab, run) == []
    flip_byte(lab.run(run) / METRICS)
    assert [str(change) for change in changed_files(lab, run)] == [f"record: {METRICS}: was changed after the training"]
    (lab.run(run) / "config.json").write_text("{}")
    write_status(lab, run, {})
    assert changed_files(lab, run)[0].category == "config"
    (lab.run(run) / "provenance.json").write_text("{")
    write_status(lab, run, {})
    assert {change.category for change in changed_files(lab, run)} == {"config"}


def test_changed_run_outside_the_sample_is_named(lab: Lab) -> None:
    runs = sorted(store_run(lab, seed=seed) for seed in range(3))
    selections = select_runs(lab, ["study"], 1, lambda: plan_with(*runs))
    assert changed_runs(lab, selections) == {}
    flip_byte(lab.run(runs[2]) / METRICS)
    assert selections[0].runs == (runs[0],)
    assert list(changed_runs(lab, selections)) == [runs[2]]


def test_changed_run_names_the_command_that_brings_its_files_back(lab: Lab) -> None:
    run = store_run(lab)
    provenance = read_json(lab.run(run) / "provenance.json")
    write_json(lab.run(run) / "provenance.json", provenance | {"experiments": ["study"]})
    assert next_step_after_change(lab, run).endswith(
        f"move results/runs/{run} away, and build it again: snakemake --cores 2 study"
    )
    lab.run_pointer(run).parent.mkdir(parents=True)
    lab.run_pointer(run).touch()
    assert next_step_after_change(lab, run).endswith("proband restore --runs")
    lab.experiment_pointer("study").parent.mkdir(parents=True)
    lab.experiment_pointer("study").touch()
    assert next_step_after_change(lab, run).endswith("proband restore study")
