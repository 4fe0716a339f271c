"""Changed runs of the requested experiments are set aside in a build, and only named otherwise."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.paths import Lab
from rules.build.before_plan.build_command import is_build
from rules.build.changes.changed_runs import (
    find_changed_runs,
    report_changed_runs,
    requested_experiments,
    set_aside,
)
from rules.build.targets import Targets
from tests.plans import plan_of, planned_experiment
from tests.stored_runs import MODEL, flip_byte, store_run


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    return Lab(Path())


def changed(lab: Lab, *words: str, **runs: str) -> dict[str, list[str]]:
    compiled = plan_of(*(planned_experiment(name, {run: {}}) for name, run in runs.items()))
    plan: Any = SimpleNamespace(lab=lab, compiled=compiled, experiments=list(runs), default_experiments=list(runs)[:1])
    return find_changed_runs(plan, requested_experiments(Targets(plan), ["snakemake", *words]))


def test_runs_of_the_requested_experiments_are_checked(lab: Lab) -> None:
    one, two = store_run(lab), store_run(lab, seed=1)
    for run in (one, two):
        flip_byte(lab.run(run) / MODEL)
    assert changed(lab, "two", one=one, two=two) == {two: [MODEL]}
    assert changed(lab, "results/experiments/two/results.json", one=one, two=two) == {two: [MODEL]}
    assert changed(lab, one=one, two=two) == {one: [MODEL]}


def test_set_aside_run_is_named_and_kept_with_all_its_files(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    run = store_run(lab)
    for number in (1, 2):
        files = {file.name for file in lab.run(run).rglob("*")}
        set_aside(lab, {run: [MODEL, "config.json"]})
        assert not lab.run(run).exists()
        assert {file.name for file in (lab.results / "damaged" / f"{run}-{number}").rglob("*")} == files
        assert f"results/runs/{run}/{MODEL} and 1 more files: changed or missing" in capsys.readouterr().err
        store_run(lab)


def test_command_that_trains_nothing_only_names_the_file(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    run = store_run(lab)
    report_changed_runs({run: [MODEL]})
    assert f"results/runs/{run}/{MODEL}: changed or missing since the training" in capsys.readouterr().err
    assert lab.status(run).is_file()


@pytest.mark.parametrize(
    ("words", "builds"),
    [
        (["snakemake", "--cores", "2", "study"], True),
        (["snakemake", "-c2", "--config", "overrides=seed=1"], True),
        (["snakemake", "--report", "report.zip"], False),
        (["snakemake", "--report", "report.zip", "--report-after-run"], True),
        (["snakemake", "--unlock"], False),
        (["snakemake", "--list-rules"], False),
        (["snakemake", "-S"], False),
        (["snakemake", "--lint"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_that_run_jobs_are_told_apart(words: list[str], builds: bool) -> None:
    assert is_build(words) is builds
