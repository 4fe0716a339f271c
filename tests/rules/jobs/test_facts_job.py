"""The job that reads a lab and writes its facts."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from agents.facts.fact import Fact, by_id
from agents.facts.jsonl import read_facts, read_series, read_verdicts
from compiler.base.paths import Lab
from compiler.experiment.planned_point import PlannedPoint
from rules.jobs import facts as job
from tests.plans import plan_of, planned_experiment
from tests.run_files import write_run

RESULTS = {
    "status": "completed",
    "post_hoc": False,
    "search": None,
    "comparison": None,
    "summary_metrics": {"metric": "accuracy"},
    "deliverables_status": {},
}


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A child of two runs, and a parent of which one of two runs is there."""
    monkeypatch.chdir(tmp_path)
    made = Lab(Path())
    for run, accuracy in (("aaa", 0.9), ("bbb", 0.8), ("ccc", 0.7)):
        write_run(made, run, accuracy)
    history = made.run("aaa") / "output" / "history.csv"
    history.write_text("epoch,step,eval_loss\n0,1,0.5\n1,2,inf\n", encoding="utf-8")
    (made.run("bbb") / "output" / "metrics.json").write_text("{cut", encoding="utf-8")
    made.experiment("child").mkdir(parents=True)
    for name, content in (("experiment", {"experiment_id": "child"}), ("results", RESULTS)):
        (made.experiment("child") / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    points = {
        name: tuple(PlannedPoint(f"seed={seed}", {"seed": seed}, run) for seed, run in enumerate(runs))
        for name, runs in {"child": ("aaa", "bbb"), "base": ("ccc", "not-run")}.items()
    }
    experiments = (planned_experiment(name, points=points[name]) for name in points)
    plan = plan_of(*experiments, parents={"child": "base"})
    Path("plan.json").write_text(json.dumps(plan.to_json()), encoding="utf-8")
    return made


def built(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> dict[str, Fact]:
    monkeypatch.setattr(sys, "argv", ["facts", "plan.json", "child"])
    assert job.main() == 0
    return by_id(read_facts(lab.experiment("child") / "facts.jsonl"))


def test_sources_are_relative_to_the_lab_and_hashed(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = built(lab, monkeypatch)
    source = facts["run[seed=0].accuracy"].source
    assert source.file == "results/runs/aaa/output/eval_results.json"
    assert source.sha256 == hashlib.sha256(Path(source.file).read_bytes()).hexdigest()


def test_of_the_parent_only_what_ran_is_told(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = built(lab, monkeypatch)
    assert facts["parent.points"].value == 1
    assert facts["parent[base].run[seed=0].accuracy"].value == 0.7
    assert "parent[base].run[seed=1].accuracy" not in facts


def test_a_file_that_cannot_be_read_costs_its_own_facts_only(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert built(lab, monkeypatch)["run[seed=1].accuracy"].value == 0.8


def test_verdicts_and_courses_are_written_too(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    built(lab, monkeypatch)
    folder = lab.experiment("child")
    assert [one.conclusion for one in read_verdicts(folder / "verdicts.jsonl")] == ["untestable"]
    (course,) = read_series(folder / "series.jsonl")
    assert (course.epochs, course.values) == ((1, 2), (0.5, float("inf")))


def test_the_same_lab_gives_the_same_bytes(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    built(lab, monkeypatch)
    files = sorted(lab.experiment("child").glob("*.jsonl"))
    before = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    built(lab, monkeypatch)
    assert [file.read_bytes() for file in files] == before
