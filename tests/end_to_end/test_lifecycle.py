"""A study is built, built again, changed, shared, damaged and repaired. Each test uses a separate copy of a lab."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import BuiltLabs
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lifecycle")]

SPEC = "conf/experiment/rates.yaml"
COMPARE = "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.001}"
DELIVERABLES = "deliverables: [{type: model_checkpoint}, {type: comparison, required: false}]"
SWEEP = "sweep: {model.lr: '0.001,0.01', seed: range(3)}"


def build_shipped_study(lab: RealLab) -> None:
    """Build digits_lr as it ships, with its analyses and reports, in a build with its own job server."""
    lab = RealLab(lab.root)
    lab.copy_shipped_study("digits_baseline")
    lab.copy_shipped_study("digits_lr")
    build = lab.snakemake("digits_lr")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 15
    lab.write("build.log", build.output)


def build_rates(lab: RealLab) -> None:
    """Build a study of six short runs without analyses and reports."""
    lab.write(SPEC, spec("A rate of 0.01 gives a higher accuracy.", SWEEP, COMPARE, DELIVERABLES))
    build = lab.snakemake("rates")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 6


@pytest.fixture
def shipped(built_labs: BuiltLabs) -> RealLab:
    return built_labs.original(build_shipped_study)


@pytest.fixture
def rates(copy_of: CopyOf) -> RealLab:
    return copy_of(build_rates)


def test_one_command_gives_models_check_results_and_genealogy(shipped: RealLab) -> None:
    assert "digits_lr: delivered, hypothesis supported" in (shipped.root / "build.log").read_text()
    home = shipped.root / "results/experiments/digits_lr"
    links = sorted((home / "runs").iterdir())
    assert len(links) == 15
    assert all((link / "output/final_model/model.safetensors").is_file() for link in links)
    assert not Path(links[0].readlink()).is_absolute()
    checks = {file.stem: json.loads(file.read_text()) for file in (home / "deliverables").glob("*.json")}
    names = [
        entry.get("name", entry["type"])
        for entry in shipped.json("experiments/digits_lr/experiment.json")["deliverables"]
    ]
    assert {name: check["status"] for name, check in checks.items()} == dict.fromkeys(names, "delivered")
    assert len(checks["model_checkpoint"]["runs"]) == 15
    genealogy = {entry["experiment_id"]: entry for entry in shipped.json("genealogy.json")["experiments"]}
    assert genealogy["digits_lr"]["parent_experiment"] == "digits_baseline"
    change = {"parameter": "model.lr", "from": 0.001, "to": [0.001, 0.003, 0.01]}
    assert change in genealogy["digits_lr"]["modifications"]


def test_results_file_has_arms_best_runs_artifacts_and_verdict(shipped: RealLab) -> None:
    results = shipped.json("experiments/digits_lr/results.json")
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
    names = {artifact["path"].rsplit("/", 1)[-1] for artifact in results["artifacts"]}
    assert names >= {"model.safetensors", "metrics.json"}
    assert results["comparison"]["verdict"] == results["verdict"] == "supported"


def test_registration_is_older_than_the_first_training(shipped: RealLab) -> None:
    registration = shipped.json("experiments/digits_lr/registration.json")
    assert registration["registered_at"] < min(shipped.start_times().values())
    assert registration["finished_runs"] == 0
    assert registration["revisions"] == []
    assert registration["planned"] == {"points": 15, "runs": 15, "levels": {"0.001": 5, "0.003": 5, "0.01": 5}}


def test_a_copy_of_a_finished_shipped_study_has_nothing_to_build(copy_of: CopyOf) -> None:
    build = copy_of(build_shipped_study).snakemake("digits_lr")
    assert build.exit_code == 0
    assert "Nothing to be done" in build.output


def test_tree_and_status_show_the_outcome(shipped: RealLab) -> None:
    tree = shipped.proband("tree").stdout
    assert tree.index("digits_baseline") < tree.index("digits_lr")
    assert "hypothesis supported" in tree
    status = shipped.proband("status", "digits_lr").stdout
    assert "15" in status
    assert "completed" in status


def test_a_study_whose_run_is_already_finished_trains_nothing(rates: RealLab) -> None:
    single = spec("One run.", "deliverables: [{type: model_checkpoint}]", more="model: {lr: 0.001}\n")
    rates.write("conf/experiment/single.yaml", single)
    build = rates.snakemake("single")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert rates.json("experiments/single/registration.json")["finished_runs"] == 1


def test_a_new_hypothesis_retrains_nothing_and_is_marked_post_hoc(rates: RealLab) -> None:
    rates.edit(SPEC, "gives a higher", "gives a much higher")
    build = rates.snakemake("rates")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    registration = rates.json("experiments/rates/registration.json")
    assert "much" not in registration["hypothesis"]
    (revision,) = registration["revisions"]
    assert revision["post_hoc"] is True
    assert [change["path"] for change in revision["changes"]] == ["hypothesis"]
    assert rates.json("experiments/rates/results.json")["post_hoc"] is True


def test_a_new_level_trains_its_runs_only(rates: RealLab) -> None:
    rates.edit(SPEC, "0.001,0.01", "0.001,0.01,0.03")
    rates.edit(SPEC, "control: 0.001", "control: 0.001, treatment: 0.01")
    build = rates.snakemake("rates")
    assert build.exit_code == 0, build.output
    trained = [run["overrides"]["model.lr"] for run in rates.runs("rates") if run["run_id"] in build.trained]
    assert trained == [0.03] * 3


def test_an_overlapping_study_shares_finished_runs(rates: RealLab) -> None:
    text = (rates.root / SPEC).read_text(encoding="utf-8")
    rates.write("conf/experiment/more_seeds.yaml", text.replace("range(3)", "range(4)"))
    explained = rates.proband("explain", "more_seeds").stdout
    assert "8 points, 8 runs, 2 to train" in explained
    assert "shares 6 with rates" in explained
    build = rates.snakemake("more_seeds")
    assert build.exit_code == 0, build.output
    trained = [run["overrides"]["seed"] for run in rates.runs("more_seeds") if run["run_id"] in build.trained]
    assert trained == [3, 3]


def test_a_mistyped_key_is_located_and_stops_no_other_experiment(rates: RealLab) -> None:
    draft = "# @package _global_\nexperiment:\n  hypothesis: A draft.\nmodel:\n  lrr: 0.1\n"
    rates.write("conf/experiment/draft.yaml", draft)
    diagnostic = "conf/experiment/draft.yaml:5:3: model.lrr: "
    diagnostic += "lightning_modules.models.mlp.MLP takes no 'lrr' (did you mean 'lr'?)"
    compiled = rates.proband("compile")
    assert compiled.returncode == 2
    assert diagnostic in compiled.stderr
    assert "Traceback" not in compiled.stderr
    build = rates.snakemake("rates")
    assert build.exit_code == 0
    assert f"warning: {diagnostic}" in build.output
    broken = rates.snakemake("draft")
    assert broken.exit_code != 0
    assert "draft: not built, its spec is wrong" in broken.output


def test_a_deleted_run_is_trained_again_alone_with_equal_metrics(rates: RealLab) -> None:
    run = rates.runs("rates")[0]["run_id"]
    metrics = {entry["run_id"]: entry["metrics"] for entry in rates.runs("rates")}
    rates.run("rm", "-r", f"results/runs/{run}")
    build = rates.snakemake("rates")
    assert (build.exit_code, build.trained) == (0, {run}), build.output
    assert {entry["run_id"]: entry["metrics"] for entry in rates.runs("rates")} == metrics


def test_deleted_state_of_proband_and_snakemake_retrains_nothing(rates: RealLab) -> None:
    for folders in ([".proband"], [".proband", ".snakemake"]):
        rates.run("rm", "-r", *folders)
        build = rates.snakemake("rates")
        assert (build.exit_code, build.trained) == (0, frozenset()), build.output
        assert rates.proband("verify", "rates").returncode == 0
