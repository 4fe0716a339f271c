"""Runs that other code trained count as not trained, whatever Snakemake has recorded about them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from rules.build.changes.stale_runs import find_stale_runs, forget_statuses, report_stale_runs, restore_statuses
from tests.plans import plan_of, planned_experiment
from tests.stored_runs import store_run


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    return Lab(Path())


def plan_for(lab: Lab, *runs: str) -> Any:
    return SimpleNamespace(lab=lab, compiled=plan_of(planned_experiment("study", {run: {} for run in runs})))


def train_with(lab: Lab, run: str, fingerprint: str) -> None:
    file = lab.run(run) / "provenance.json"
    content = read_json(file) if file.is_file() else {}
    write_json(file, content | {"fingerprint": fingerprint})


def test_runs_of_other_code_are_stale_until_they_are_trained_again(lab: Lab) -> None:
    runs = [store_run(lab, seed=seed) for seed in range(3)]
    plan = plan_for(lab, *runs, "not-trained")
    current = plan.compiled.runs[runs[0]].fingerprint
    for run, fingerprint in zip(runs, (current, "other", "other"), strict=True):
        train_with(lab, run, fingerprint)
    assert find_stale_runs(plan, ["study"]) == (runs[1], runs[2])
    forget_statuses(lab, runs[1:])
    assert [lab.status(run).is_file() for run in runs] == [True, False, False]
    assert find_stale_runs(plan, ["study"]) == ()
    assert all(lab.status_copy(run).is_file() for run in runs)


@pytest.mark.parametrize("records", [True, False])
def test_a_dry_run_names_stale_runs_that_snakemake_cannot_know(
    records: bool, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    if records:
        (lab.root / ".snakemake/metadata").mkdir(parents=True)
    report_stale_runs(lab, ["a", "b"])
    line = "2 runs were trained with other code than the current one; a build trains them again\n"
    assert capsys.readouterr().err == ("" if records else line)
    report_stale_runs(lab, [])
    assert capsys.readouterr().err == ""


def test_run_that_a_build_did_not_replace_keeps_its_result(lab: Lab) -> None:
    runs = [store_run(lab, seed=seed) for seed in range(3)]
    status = lab.status(runs[0]).read_bytes()
    forget_statuses(lab, runs[:2])
    lab.status_copy(runs[1]).unlink()  # as of a run that is to be trained again in any case
    lab.status(runs[2]).write_text("written by this build")
    restore_statuses(lab, [*runs, "not-trained"])
    assert lab.status(runs[0]).read_bytes() == status
    assert not lab.status(runs[1]).exists()
    assert lab.status(runs[2]).read_text() == "written by this build"
