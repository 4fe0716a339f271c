"""The facts job reads the files of an experiment and writes facts, verdicts and series."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from agents.facts.fact import Fact, by_id
from agents.facts.jsonl import read_facts, read_series, read_verdicts
from compiler.base.paths import Lab
from compiler.experiment.planned_point import PlannedPoint
from rules.jobs import facts as job
from tests.plans import plan_of, planned_experiment
from tests.run_files import experiment_results, write_run


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab with a child of two runs, and a parent that has one of its two runs."""
    monkeypatch.chdir(tmp_path)
    new_lab = Lab(Path())
    for run, accuracy in (("aaa", 0.9), ("bbb", 0.8), ("ccc", 0.7)):
        write_run(new_lab, run, accuracy)
    history = new_lab.run("aaa") / "output" / "history.csv"
    history.write_text("epoch,step,eval_loss\n0,1,0.5\n1,2,inf\n", encoding="utf-8")
    (new_lab.run("bbb") / "output" / "metrics.json").write_text("{cut", encoding="utf-8")
    new_lab.experiment("child").mkdir(parents=True)
    results = asdict(experiment_results(experiment_id="child"))
    for name, content in (("experiment", {"experiment_id": "child"}), ("results", results)):
        (new_lab.experiment("child") / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    points = {
        name: tuple(PlannedPoint(f"seed={seed}", {"seed": seed}, run) for seed, run in enumerate(runs))
        for name, runs in {"child": ("aaa", "bbb"), "base": ("ccc", "not-run")}.items()
    }
    experiments = (planned_experiment(name, points=points[name]) for name in points)
    plan = plan_of(*experiments, parents={"child": "base"})
    Path("plan.json").write_text(json.dumps(plan.to_json()), encoding="utf-8")
    return new_lab


def write_facts(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> dict[str, Fact]:
    monkeypatch.setattr(sys, "argv", ["facts", "plan.json", "child"])
    assert job.main() == 0
    return by_id(read_facts(lab.experiment("child") / "facts.jsonl"))


def test_sources_of_facts_are_relative_paths_with_hashes(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = write_facts(lab, monkeypatch)
    source = facts["run[seed=0].accuracy"].source
    assert source.file == "results/runs/aaa/output/eval_results.json"
    assert source.sha256 == hashlib.sha256(Path(source.file).read_bytes()).hexdigest()


def test_facts_of_the_parent_come_from_its_finished_runs(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = write_facts(lab, monkeypatch)
    assert facts["parent.points"].value == 1
    assert facts["parent[base].run[seed=0].accuracy"].value == 0.7
    assert "parent[base].run[seed=1].accuracy" not in facts


def test_damaged_file_does_not_affect_the_facts_of_other_files(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert write_facts(lab, monkeypatch)["run[seed=1].accuracy"].value == 0.8


def test_verdicts_and_series_are_written(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    write_facts(lab, monkeypatch)
    folder = lab.experiment("child")
    assert [verdict.conclusion for verdict in read_verdicts(folder / "verdicts.jsonl")] == ["untestable"]
    (series,) = read_series(folder / "series.jsonl")
    assert (series.epochs, series.values) == ((1, 2), (0.5, float("inf")))


def test_files_are_byte_identical_when_written_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    write_facts(lab, monkeypatch)
    files = sorted(lab.experiment("child").glob("*.jsonl"))
    first_contents = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    write_facts(lab, monkeypatch)
    assert [file.read_bytes() for file in files] == first_contents
