"""Snakemake as its users know it: targets, dry runs, forced runs, reports, other labs, overrides."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest
from build import RealLab
from specs import spec

from compiler.base.paths import ENGINE

pytestmark = pytest.mark.slow
PROMISES = "deliverables: [{type: model_checkpoint}, {type: training_metrics, required_keys: [accuracy]}]"
OWN_MLP = (ENGINE / "lightning_modules/models/mlp.py").read_text(encoding="utf-8")


def two_experiments(lab: RealLab) -> None:
    """One with the shipped model, one with a model of the lab's own."""
    lab.write("conf/experiment/shipped.yaml", spec("Shipped.", PROMISES))
    lab.write("conf/experiment/own.yaml", spec("Own.", PROMISES, more="model: {_target_: own_mlp.MLP}\n"))
    lab.write("own_mlp.py", OWN_MLP)


def test_a_dry_run_trains_and_registers_nothing(shared_lab: RealLab) -> None:
    two_experiments(shared_lab)
    build = shared_lab.snakemake("-n")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert not (shared_lab.root / "results/experiments").exists()


def test_a_deliverable_is_a_target_of_its_own(shared_lab: RealLab) -> None:
    path = "results/experiments/shipped/deliverables/model_checkpoint.json"
    build = shared_lab.snakemake(path)
    assert build.code == 0, build.output
    assert len(build.trained) == 1
    assert (shared_lab.root / path).is_file()
    assert not (shared_lab.root / "results/experiments/shipped/results.json").exists()
    assert (shared_lab.root / "results/experiments/shipped/registration.json").is_file()


def test_without_a_target_every_experiment_of_the_lab_is_built_and_no_shipped_one(shared_lab: RealLab) -> None:
    build = shared_lab.snakemake()
    assert build.code == 0, build.output
    assert len(build.trained) == 1
    built = {folder.name for folder in (shared_lab.root / "results/experiments").iterdir()}
    assert built == {"shipped", "own"}


def test_editing_a_model_makes_its_runs_stale_and_no_others(shared_lab: RealLab) -> None:
    shared_lab.edit("own_mlp.py", "nn.ReLU()", "nn.Tanh()")
    explained = [shared_lab.proband("explain", name).stdout for name in ("own", "shipped")]
    assert "1 runs, 1 to train" in explained[0]
    assert "stale" in explained[0]
    assert "1 runs, 0 to train" in explained[1]
    before = set(shared_lab.starts())
    build = shared_lab.snakemake()
    assert build.code == 0, build.output
    (own,) = [run["run_id"] for run in shared_lab.json("experiments/own/results.json")["runs"]]
    assert build.trained == {own}
    assert set(shared_lab.starts()) == before, "a stale run is trained again, it is not another run"


def test_an_edit_of_what_a_check_wants_rechecks_and_retrains_nothing(shared_lab: RealLab) -> None:
    shared_lab.edit("conf/experiment/own.yaml", "[accuracy]", "[accuracy, eval_loss]")
    build = shared_lab.snakemake("own")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert "eval_loss" in str(shared_lab.json("experiments/own/deliverables/training_metrics.json"))


def test_an_artifact_that_was_tampered_with_is_noticed(shared_lab: RealLab) -> None:
    (run,) = [one["run_id"] for one in shared_lab.json("experiments/own/results.json")["runs"]]
    shared_lab.write(f"results/runs/{run}/output/metrics.json", '{"accuracy": 1.0, "eval_loss": 0.0}')
    build = shared_lab.snakemake("--forcerun", "deliverable", "--", "own")
    assert build.code != 0
    assert "own: " in build.output
    assert (
        shared_lab.json("experiments/own/results.json")["validation_results"]["data_integrity_checks_passed"] is False
    )


def test_forcing_a_training_trains_it_again(shared_lab: RealLab) -> None:
    (run,) = [one["run_id"] for one in shared_lab.json("experiments/own/results.json")["runs"]]
    build = shared_lab.snakemake("--forcerun", f"results/runs/{run}/status.json", "--", "own")
    assert (build.code, build.trained) == (0, {run}), build.output


def test_overrides_change_a_whole_build(shared_lab: RealLab) -> None:
    build = shared_lab.snakemake("own", "--config", "overrides=model.hidden=8 seed=3")
    assert build.code == 0, build.output
    (run,) = build.trained
    assert shared_lab.json(f"runs/{run}/config.json")["config"]["model"]["hidden"] == 8
    assert shared_lab.json("experiments/own/experiment.json")["overrides"] == ["model.hidden=8", "seed=3"]


def test_a_report_has_the_results(shared_lab: RealLab) -> None:
    assert shared_lab.snakemake("own").code == 0
    build = shared_lab.snakemake("own", "--report", "report.zip")
    assert build.code == 0, build.output
    assert any(name.endswith("report.html") for name in zipfile.ZipFile(shared_lab.root / "report.zip").namelist())


def test_a_profile_is_used(shared_lab: RealLab, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("dry-run: true\n", encoding="utf-8")
    build = shared_lab.snakemake("own", "--profile", str(tmp_path), "--forcerun", "train")
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert "dry-run" in build.output


def test_a_lab_elsewhere_is_built_with_minus_d(lab: RealLab, tmp_path: Path) -> None:
    lab.write("conf/experiment/shipped.yaml", spec("Shipped.", PROMISES))
    away = RealLab(tmp_path.parent)
    done = away.run(
        sys.executable, "-m", "snakemake", "-s", str(ENGINE / "Snakefile"), "-d", str(lab.root), "--cores", "2"
    )
    assert done.returncode == 0, done.stderr
    assert lab.json("experiments/shipped/results.json")["status"] == "completed"
