"""A publication is prepared of experiments whose runs are complete and current, and it trains none."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from rules.build.build_plan import BuildPlan
from rules.build.search_runs import Searches
from rules.build.targets import Targets
from tests.plans import plan_of, planned_experiment

REPORTS = {"note": PlannedDocument("notes:write", "c0de")}
RUNS = {"aaaaaaaaaaaa": {}, "bbbbbbbbbbbb": {}}


@pytest.fixture
def plan(tmp_path: Path) -> BuildPlan:
    """A lab with a finished study, a finished study without reports, and one that was not built."""
    built = BuildPlan.__new__(BuildPlan)  # without compiling a lab
    built.lab = Lab(tmp_path)
    built.compiled = plan_of(
        planned_experiment("study", RUNS, reports=REPORTS, on_request=True),
        planned_experiment("plain", RUNS),
        planned_experiment("new", RUNS, reports=REPORTS),
    )
    built.searches = Searches(built.lab, built.compiled.experiments)
    for name in ("study", "plain"):
        write_json(built.lab.results_file(name), {})
    for run in RUNS:
        write_json(built.lab.status(run), {"status": "completed"})
        write_json(built.lab.run(run) / "provenance.json", {"fingerprint": "c0de"})
    return built


def test_finished_studies_with_reports_are_current(plan: BuildPlan) -> None:
    publishable = Targets(plan).publishable
    assert (publishable.current, publishable.outdated) == (["study"], [])
    assert publishable.gates(None) == [str(plan.lab.gate_file("study", "publication"))]


def test_publication_is_a_build_of_the_current_studies(plan: BuildPlan) -> None:
    assert Targets(plan).likely_experiments(["snakemake", "publication"]) == ["study"]
    assert Targets(plan).likely_experiments(["snakemake", "publication", "new"]) == ["new"]
    assert Targets(plan).likely_experiments(["snakemake"]) == ["plain", "new"]


@pytest.mark.parametrize("status", ["failed", "completed"])
def test_failed_runs_are_results_and_need_no_training(plan: BuildPlan, status: str) -> None:
    write_json(plan.lab.status("aaaaaaaaaaaa"), {"status": status, "error": {"kind": "non_finite", "message": "nan"}})
    assert Targets(plan).publishable.current == ["study"]


def test_stale_or_missing_runs_make_a_study_outdated(plan: BuildPlan) -> None:
    write_json(plan.lab.run("aaaaaaaaaaaa") / "provenance.json", {"fingerprint": "0ther"})
    assert Targets(plan).publishable.outdated == ["study"]
    plan.lab.status("aaaaaaaaaaaa").unlink()
    publishable = Targets(plan).publishable
    assert (publishable.current, publishable.outdated, publishable.gates(None)) == ([], ["study"], [])
