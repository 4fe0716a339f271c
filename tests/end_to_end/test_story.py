"""The main job, as a researcher lives it: each test is the next thing they do in one lab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from build import RealLab

pytestmark = pytest.mark.slow
SPEC = "conf/experiment/digits_lr.yaml"


def test_one_command_gives_models_verdicts_payload_and_family_tree(shared_lab: RealLab) -> None:
    shared_lab.adopt("digits_baseline")
    shared_lab.adopt("digits_lr")
    build = shared_lab.snakemake("digits_lr")
    assert build.code == 0, build.output
    assert len(build.trained) == 15
    assert "digits_lr: delivered, hypothesis supported" in build.output
    home = shared_lab.root / "results/experiments/digits_lr"
    links = sorted((home / "runs").iterdir())
    assert len(links) == 15
    assert all((link / "output/final_model/model.safetensors").is_file() for link in links)
    assert not Path(links[0].readlink()).is_absolute()
    verdicts = {file.stem: json.loads(file.read_text()) for file in (home / "deliverables").glob("*.json")}
    assert {name: one["status"] for name, one in verdicts.items()} == dict.fromkeys(_promised(shared_lab), "validated")
    assert len(verdicts["model_checkpoint"]["runs"]) == 15
    family = {entry["experiment_id"]: entry for entry in shared_lab.json("genealogy.json")["experiments"]}
    assert family["digits_lr"]["parent_experiment"] == "digits_baseline"
    assert {"parameter": "model.lr", "from": 0.001, "to": [0.001, 0.003, 0.01]} in family["digits_lr"]["modifications"]


def test_the_payload_is_complete(shared_lab: RealLab) -> None:
    results = shared_lab.json("experiments/digits_lr/results.json")
    assert results["schema_version"] == 1
    assert results["status"] == "completed"
    assert results["validation_results"] == {
        "all_deliverables_met": True,
        "performance_targets_met": True,
        "data_integrity_checks_passed": True,
    }
    arms = results["summary_metrics"]["arms"]
    assert [arm["level"] for arm in arms] == [{"model.lr": 0.001}, {"model.lr": 0.003}, {"model.lr": 0.01}]
    assert all(arm["n"] == 5 and {"mean", "sd", "n"} == set(arm["metrics"]["accuracy"]) for arm in arms)
    assert results["summary_metrics"]["best"]["level"] == {"model.lr": 0.01}
    assert len(results["runs"]) == 15
    assert {one["path"].rsplit("/", 1)[-1] for one in results["artifacts"]} >= {"model.safetensors", "metrics.json"}
    assert results["comparison"]["verdict"] == results["verdict"] == "supported"


def test_the_registration_is_older_than_the_first_training(shared_lab: RealLab) -> None:
    registration = shared_lab.json("experiments/digits_lr/registration.json")
    assert registration["registered_at"] < min(shared_lab.starts().values())
    assert registration["finished_runs"] == 0
    assert registration["revisions"] == []
    assert registration["planned"] == {"points": 15, "runs": 15, "levels": {"0.001": 5, "0.003": 5, "0.01": 5}}


def test_nothing_is_left_to_do(shared_lab: RealLab) -> None:
    build = shared_lab.snakemake("digits_lr")
    assert build.code == 0
    assert "Nothing to be done" in build.output


def test_the_baseline_is_one_of_these_runs_and_is_not_trained_again(shared_lab: RealLab) -> None:
    build = shared_lab.snakemake("digits_baseline")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert shared_lab.json("experiments/digits_baseline/registration.json")["finished_runs"] == 1


def test_a_new_hypothesis_retrains_nothing_and_is_marked_post_hoc(shared_lab: RealLab) -> None:
    shared_lab.edit(SPEC, "gives a higher test accuracy", "gives a much higher test accuracy")
    build = shared_lab.snakemake("digits_lr")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    registration = shared_lab.json("experiments/digits_lr/registration.json")
    assert "much" not in registration["hypothesis"]
    assert [(one["post_hoc"], [change["path"] for change in one["changes"]]) for one in registration["revisions"]] == [
        (True, ["hypothesis"])
    ]
    assert shared_lab.json("experiments/digits_lr/results.json")["post_hoc"] is True


def test_a_new_learning_rate_trains_five_runs(shared_lab: RealLab) -> None:
    shared_lab.edit(SPEC, "0.001,0.003,0.01", "0.001,0.003,0.01,0.03")
    build = shared_lab.snakemake("digits_lr")
    assert build.code == 0, build.output
    assert len(build.trained) == 5
    assert {
        run["overrides"]["model.lr"] for run in _runs(shared_lab, "digits_lr") if run["run_id"] in build.trained
    } == {0.03}


def test_an_experiment_that_overlaps_shares_what_is_there(shared_lab: RealLab) -> None:
    text = (shared_lab.root / SPEC).read_text(encoding="utf-8")
    text = text.replace("Learning rate on digits", "More seeds").replace("0.001,0.003,0.01,0.03", "0.001,0.01")
    shared_lab.write("conf/experiment/digits_seeds.yaml", text.replace("range(5)", "range(6)"))
    explained = shared_lab.proband("explain", "digits_seeds").stdout
    assert "12 points, 12 runs, 2 to train" in explained
    assert "shares 10 with digits_lr" in explained
    build = shared_lab.snakemake("digits_seeds")
    assert build.code == 0, build.output
    assert len(build.trained) == 2
    assert {
        run["overrides"]["seed"] for run in _runs(shared_lab, "digits_seeds") if run["run_id"] in build.trained
    } == {5}


def test_a_mistyped_key_is_told_with_its_place_and_stops_no_other(shared_lab: RealLab) -> None:
    draft = "# @package _global_\nexperiment:\n  hypothesis: A draft.\nmodel:\n  lrr: 0.1\n"
    shared_lab.write("conf/experiment/draft.yaml", draft)
    where = "conf/experiment/draft.yaml:5:3: model.lrr: "
    where += "lightning_modules.models.mlp.MLP takes no 'lrr' (did you mean 'lr'?)"
    compiled = shared_lab.proband("compile")
    assert compiled.returncode == 2
    assert where in compiled.stderr
    assert "Traceback" not in compiled.stderr
    build = shared_lab.snakemake("digits_lr")
    assert build.code == 0
    assert f"warning: {where}" in build.output
    asked = shared_lab.snakemake("draft")
    assert asked.code != 0
    assert "draft: not built, its spec is wrong" in asked.output


def test_a_run_that_was_deleted_is_trained_again_alone(shared_lab: RealLab) -> None:
    run = next(iter(_runs(shared_lab, "digits_lr")))["run_id"]
    shared_lab.run("rm", "-r", f"results/runs/{run}")
    metrics = {one["run_id"]: one["metrics"] for one in _runs(shared_lab, "digits_lr")}
    build = shared_lab.snakemake("digits_lr")
    assert (build.code, build.trained) == (0, {run}), build.output
    again = {one["run_id"]: one["metrics"] for one in _runs(shared_lab, "digits_lr")}
    assert again == metrics, "the same config on the same machine gives the same numbers"


def test_state_and_snakemakes_records_can_be_deleted(shared_lab: RealLab) -> None:
    shared_lab.run("rm", "-r", ".proband", ".snakemake")
    build = shared_lab.snakemake("digits_lr")
    assert (build.code, build.trained) == (0, frozenset()), build.output


def test_status_and_tree_tell_it(shared_lab: RealLab) -> None:
    tree = shared_lab.proband("tree").stdout
    assert tree.index("digits_baseline") < tree.index("digits_lr")
    assert "hypothesis supported" in tree
    status = shared_lab.proband("status", "digits_lr").stdout
    assert "20" in status
    assert "completed" in status


def _promised(lab: RealLab) -> list[str]:
    spec = lab.json("experiments/digits_lr/experiment.json")
    return [one.get("name", one["type"]) for one in spec["deliverables"]]


def _swept(lab: RealLab, experiment: str, key: str, runs: frozenset[str]) -> list[Any]:
    """Values of a swept key among some runs."""
    return [one["overrides"][key] for one in _runs(lab, experiment) if one["run_id"] in runs]


def _runs(lab: RealLab, experiment: str) -> list[dict[str, Any]]:
    return lab.json(f"experiments/{experiment}/results.json")["runs"]
