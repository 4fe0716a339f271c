"""Snakemake's own features on a lab: targets, dry runs, forced runs, reports, profiles, other folders, overrides."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("snakemake_usage")]
DELIVERABLES = "deliverables: [{type: model_checkpoint}, {type: training_metrics, required_keys: [accuracy]}]"
OWN_MLP = (ENGINE / "lightning_modules/models/mlp.py").read_text(encoding="utf-8")


def write_two_experiments(lab: RealLab) -> None:
    """Write one experiment with the shipped model and one with a model in the lab."""
    lab.write("conf/experiment/shipped.yaml", spec("Shipped.", DELIVERABLES))
    lab.write("conf/experiment/own.yaml", spec("Own.", DELIVERABLES, more="model: {_target_: own_mlp.MLP}\n"))
    lab.write("own_mlp.py", OWN_MLP)


def build_two_experiments(lab: RealLab) -> None:
    """Build without a target, which builds every experiment of the lab and no shipped one."""
    write_two_experiments(lab)
    build = lab.snakemake()
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 2


@pytest.fixture
def built_lab(copy_of: CopyOf) -> RealLab:
    return copy_of(build_two_experiments)


def only_run(lab: RealLab, experiment: str) -> str:
    (run,) = lab.runs(experiment)
    return str(run["run_id"])


def test_a_dry_run_trains_and_registers_nothing(lab: RealLab) -> None:
    write_two_experiments(lab)
    build = lab.snakemake("-n")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert not (lab.root / "results/experiments").exists()


def test_a_deliverable_is_a_target(lab: RealLab) -> None:
    write_two_experiments(lab)
    path = "results/experiments/shipped/deliverables/model_checkpoint.json"
    build = lab.snakemake(path)
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 1
    assert (lab.root / path).is_file()
    assert not (lab.root / "results/experiments/shipped/results.json").exists()
    assert (lab.root / "results/experiments/shipped/registration.json").is_file()


def test_a_bare_build_makes_the_experiments_of_the_lab_and_no_shipped_one(built_lab: RealLab) -> None:
    built = {folder.name for folder in (built_lab.root / "results/experiments").iterdir()}
    assert built == {"shipped", "own"}


def test_an_edited_model_makes_its_runs_stale_and_no_others(built_lab: RealLab) -> None:
    built_lab.edit("own_mlp.py", "nn.ReLU()", "nn.Tanh()")
    own, shipped = (built_lab.proband("explain", name).stdout for name in ("own", "shipped"))
    assert "1 runs, 1 to train" in own
    assert "stale" in own
    assert "1 runs, 0 to train" in shipped
    before = set(built_lab.start_times())
    build = built_lab.snakemake()
    assert build.exit_code == 0, build.output
    assert build.trained == {only_run(built_lab, "own")}
    assert set(built_lab.start_times()) == before, "a stale run is trained again and keeps its run id"


def test_an_edited_check_is_checked_again_and_retrains_nothing(built_lab: RealLab) -> None:
    built_lab.edit("conf/experiment/own.yaml", "[accuracy]", "[accuracy, eval_loss]")
    build = built_lab.snakemake("own")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert "eval_loss" in str(built_lab.json("experiments/own/deliverables/training_metrics.json"))


def test_a_run_with_an_edited_artifact_is_trained_again_and_the_edited_folder_is_kept(built_lab: RealLab) -> None:
    run = only_run(built_lab, "own")
    metrics = built_lab.json(f"runs/{run}/output/metrics.json")
    built_lab.write(f"results/runs/{run}/output/metrics.json", '{"accuracy": 1.0, "eval_loss": 0.0}')
    build = built_lab.snakemake("own")
    assert (build.exit_code, build.trained) == (0, {run}), build.output
    assert f"{run}/output/metrics.json" in build.output
    assert built_lab.json(f"runs/{run}/output/metrics.json")["accuracy"] == metrics["accuracy"]
    assert [folder.name.partition("-")[0] for folder in (built_lab.root / "results/damaged").iterdir()] == [run]


def test_a_forced_training_is_trained_again(built_lab: RealLab) -> None:
    run = only_run(built_lab, "own")
    build = built_lab.snakemake("--forcerun", f"results/runs/{run}/status.json", "--", "own")
    assert (build.exit_code, build.trained) == (0, {run}), build.output


def test_overrides_change_a_whole_build(built_lab: RealLab) -> None:
    build = built_lab.snakemake("own", "--config", "overrides=model.hidden=8 seed=3")
    assert build.exit_code == 0, build.output
    (run,) = build.trained
    assert built_lab.json(f"runs/{run}/config.json")["config"]["model"]["hidden"] == 8
    assert built_lab.json("experiments/own/experiment.json")["overrides"] == ["model.hidden=8", "seed=3"]


def test_snakemake_writes_its_report(built_lab: RealLab) -> None:
    build = built_lab.snakemake("own", "--report", "report.zip")
    assert build.exit_code == 0, build.output
    assert any(name.endswith("report.html") for name in zipfile.ZipFile(built_lab.root / "report.zip").namelist())


def test_a_profile_is_used(built_lab: RealLab, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("dry-run: true\n", encoding="utf-8")
    build = built_lab.snakemake("own", "--profile", str(tmp_path), "--forcerun", "_train")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert "dry-run" in build.output


ENGINE_STAND_IN = """\
#!/bin/sh
# Record the call of an engine for containers, and run the command on this machine.
[ "$1" = --version ] && echo "apptainer version 1.4.0" && exit
printf '%s\\n' "$*" >> "$CALLS"
while [ "$1" != bash ]; do shift; done
exec "$@"
"""


def test_jobs_run_in_the_image_of_an_environment(
    built_lab: RealLab, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No engine is needed: the test compares the commands with which Snakemake would start one."""
    options = ("--software-deployment-method", "apptainer", "--config", "container=environment.sif")
    if not shutil.which("apptainer") and not shutil.which("singularity"):
        assert (
            "apptainer or singularity command has to be available" in built_lab.snakemake("own", "-n", *options).output
        )
    folder = tmp_path_factory.mktemp("engine")
    (folder / "apptainer").write_text(ENGINE_STAND_IN, encoding="utf-8")
    (folder / "apptainer").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(folder / "calls"))
    lock = built_lab.root / "results/experiments/own/environment/requirements.lock"
    built_lab.write("environment.sif", "")
    before = pins(lock)
    shutil.rmtree(built_lab.root / "results/runs" / only_run(built_lab, "own"))  # so that it is trained again
    build = built_lab.snakemake("own", *options)
    assert build.exit_code == 0, build.output
    calls = [line for line in (folder / "calls").read_text(encoding="utf-8").splitlines() if "rules.jobs." in line]
    assert any("rules.jobs.train" in call for call in calls)
    assert any("rules.jobs.results" in call for call in calls)
    # The job server must not run them, because it has the Python of Snakemake.
    assert all("environment.sif bash -c unset PROBAND_SERVER; " in call for call in calls)
    assert pins(lock) == before


def pins(lock: Path) -> list[str]:
    """Return the packages of a lock. The comments name the commit of Proband, which can change during a test."""
    return [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_edited_and_deleted_files_of_an_environment_are_written_again(built_lab: RealLab) -> None:
    folder = built_lab.root / "results/experiments/own/environment"
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    (folder / "requirements.lock").write_text("evil==1.0\n", encoding="utf-8")
    (folder / "Dockerfile").unlink()
    build = built_lab.snakemake("own")
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    for name in ("requirements.lock", "Dockerfile"):
        assert f"results/experiments/own/environment/{name}: changed or missing" in build.output
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_lab_in_another_folder_is_built_with_directory_option(lab: RealLab, tmp_path: Path) -> None:
    lab.write("conf/experiment/shipped.yaml", spec("Shipped.", DELIVERABLES))
    other_folder = RealLab(tmp_path.parent)
    snakefile = str(ENGINE / "Snakefile")
    completed = other_folder.run(
        sys.executable, "-m", "snakemake", "-s", snakefile, "-d", str(lab.root), "--cores", "2"
    )
    assert completed.returncode == 0, completed.stderr
    assert lab.json("experiments/shipped/results.json")["status"] == "completed"
