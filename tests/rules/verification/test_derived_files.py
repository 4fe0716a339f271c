"""Every file that follows from the runs is computed again, and an edited one is named."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compiler.base.git import git_in
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.compile_lab import compile_lab
from compiler.plan.manifest import build_plan
from compiler.plan.plan_files import current_plan
from compiler.plan.planned_run import read_run_job
from rules.build.register import register_experiment
from rules.verification.check import Check
from rules.verification.derived_files import check_experiment
from rules.verification.repeated_jobs import repeat_jobs
from rules.verification.scratch_lab import scratch_lab
from tests.compiler.small_lab import GROUPS
from tests.labs import spec, write_lab
from tests.stored_runs import write_status

STUDY = spec("""
    experiment:
      hypothesis: More is more.
      sweep: {model.lr: "0.1,0.2", seed: range(2)}
      compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.1}
      deliverables: [{type: config}]
      analysis_pipeline: [performance_analysis]
      reports: [technical_report]
""")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab whose runs were not trained, and whose experiment was computed from them. Tests must not change it."""
    lab = write_lab(tmp_path_factory.mktemp("built"), GROUPS | {"study": STUDY})
    register_experiment(lab, current_plan(lab), "study", lambda: datetime(2029, 1, 1, tzinfo=UTC), git_in(lab.root))
    for number, run in enumerate(current_plan(lab).experiments["study"].runs):
        store(lab, run, accuracy=0.5 + number / 10)
    outcome = compile_lab(lab)
    with scratch_lab(lab, outcome, ["study"]) as scratch:
        experiment = build_plan(outcome.compilation).experiments["study"]
        assert list(map(str, repeat_jobs(scratch, experiment, None))) == []
        shutil.copytree(scratch.experiment("study"), lab.experiment("study"), symlinks=True, dirs_exist_ok=True)
        shutil.copyfile(scratch.registrations, lab.registrations)
    return lab


def store(lab: Lab, run: str, accuracy: float) -> None:
    job, folder = read_run_job(lab.run_job(run)), lab.run(run)
    write_json(folder / "config.json", {"run_id": run, "config": job.config, "data": dict(job.data)})
    write_json(folder / "provenance.json", {"run_id": run, "fingerprint": job.fingerprint})
    write_json(folder / "output/eval_results.json", {"accuracy": accuracy, "n": 100, "split": "test"})
    write_status(lab, run, {})


@pytest.fixture
def lab(built: Lab, tmp_path: Path) -> Lab:
    shutil.copytree(built.root, tmp_path / "lab", symlinks=True)
    return Lab(tmp_path / "lab")


def check(lab: Lab) -> Check:
    outcome = compile_lab(lab)
    with scratch_lab(lab, outcome, ["study"]) as scratch:
        return check_experiment(lab, scratch, build_plan(outcome.compilation), "study")


def named(lab: Lab) -> list[str]:
    prefix = "results/experiments/study/"
    return [problem.removeprefix(prefix).partition(":")[0] for problem in check(lab).problems]


def test_untouched_experiment_holds_and_nothing_is_written(lab: Lab) -> None:
    before = {file: file.read_bytes() for file in lab.root.rglob("*") if file.is_file()}
    result = check(lab)
    assert (result.problems, result.notes) == ((), ())
    assert result.count > 20
    assert {file: file.read_bytes() for file in lab.root.rglob("*") if file.is_file()} == before


PATHS = (
    "results.json",
    "experiment.json",
    "registration.json",
    "facts.jsonl",
    "verdicts.jsonl",
    "series.jsonl",
    "deliverables/config.json",
    "gates/validation.json",
    "analysis/performance_analysis.json",
    "analysis/performance_analysis.md",
    "analysis/integration.json",
    "analysis/quality_review.json",
    "reports/technical_report.json",
    "reports/technical_report.md",
    "reports/technical_report.tex",
    "reports/technical_report.html",
    "reports/technical_report.pdf",
)


def test_edited_and_deleted_files_are_named_and_no_others(lab: Lab) -> None:
    for path in PATHS:
        file = lab.experiment("study") / path
        file.write_bytes(file.read_bytes() + b" ")
    (lab.experiment("study") / "analysis/agenda.json").unlink()
    assert named(lab) == sorted([*PATHS, "analysis/agenda.json"])


def test_report_that_the_spec_does_not_ask_for_is_not_vouched_for(lab: Lab) -> None:
    (lab.experiment("study") / "reports/better.md").write_text("It is significant.")
    result = check(lab)
    assert result.problems == ()
    assert result.notes == (
        "results/experiments/study/reports/better.md: not checked, no step of the current spec writes it",
    )


def test_edited_metric_of_a_run_changes_everything_that_follows(lab: Lab) -> None:
    run = current_plan(lab).experiments["study"].runs[0]
    file = lab.run(run) / "output/eval_results.json"
    write_json(file, read_json(file) | {"accuracy": 0.99})
    write_status(lab, run, {})
    assert {"results.json", "facts.jsonl", "reports/technical_report.md"} <= set(named(lab))


def test_other_overrides_of_the_last_build_are_named(lab: Lab) -> None:
    file = lab.experiment("study") / "experiment.json"
    write_json(file, read_json(file) | {"overrides": ["seed=1"]})
    assert "study was built with other overrides: proband verify study seed=1" in check(lab).notes
