"""Data versioned by DVC: fetched when missing, in the version that is part of the run ids."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import CopyOf, spec

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("data")]
STAGES = """stages:
  digits:
    cmd: python -m lightning_modules.data.prepare_digits data/own.npz
    outs: [data/own.npz]
metrics: [results/metrics]
plots: [results/plots: {x: step}]
"""
FEWER_IMAGES = """import os
import numpy as np
from lightning_modules.data.prepare_digits import load_images_and_labels
images, labels = load_images_and_labels()
np.savez("data/new.npz", images=images[:1500], labels=labels[:1500])
os.replace("data/new.npz", "data/own.npz")
"""


def build_with_dvc_data(lab: RealLab) -> None:
    """Commit data to DVC, delete them with DVC's cache as in a fresh clone, and build an experiment that needs them."""
    lab.write("dvc.yaml", STAGES)
    own = spec("Own data.", "deliverables: [{type: model_checkpoint}]", more="data: {path: data/own.npz}\n")
    lab.write("conf/experiment/own_data.yaml", own)
    for command in (["git", "init", "-q"], dvc("init", "-q"), dvc("repro", "-q")):
        completed = lab.run(*command)
        assert completed.returncode == 0, completed.stderr
    lab.run("rm", "-r", "data/own.npz", ".dvc/cache")
    build = lab.snakemake()
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 1


def dvc_json(lab: RealLab, *args: str) -> Any:
    completed = lab.run(*dvc(*args))
    assert completed.returncode == 0, completed.stderr
    return json.loads(completed.stdout)


def dvc(*args: str) -> list[str]:
    return [sys.executable, "-m", "dvc", *args]


@pytest.fixture
def dvc_lab(copy_of: CopyOf) -> RealLab:
    return copy_of(build_with_dvc_data)


def test_missing_data_are_created_by_their_stage(dvc_lab: RealLab) -> None:
    (run,) = dvc_lab.start_times()
    assert list(dvc_lab.json(f"runs/{run}/config.json")["data"]) == ["data/own.npz"]
    assert (dvc_lab.root / "data/own.npz").is_file()


def test_lost_data_are_fetched_and_retrain_nothing(dvc_lab: RealLab) -> None:
    dvc_lab.run("rm", "data/own.npz")
    build = dvc_lab.snakemake()
    assert (build.exit_code, build.trained) == (0, frozenset()), build.output
    assert (dvc_lab.root / "data/own.npz").is_file()


def test_with_lost_data_and_lost_state_only_new_runs_are_trained(dvc_lab: RealLab) -> None:
    dvc_lab.run("rm", "-r", "data/own.npz", ".proband")
    sweep = "hypothesis: Own data.\n  sweep: {seed: '0,1'}"
    dvc_lab.edit("conf/experiment/own_data.yaml", "hypothesis: Own data.", sweep)
    build = dvc_lab.snakemake()
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 1


def test_an_unavailable_version_fails_and_the_old_version_keeps_its_runs(dvc_lab: RealLab) -> None:
    lock = (dvc_lab.root / "dvc.lock").read_text(encoding="utf-8")
    version = [line.split()[-1] for line in lock.splitlines() if line.strip().startswith("md5:")][-1]
    dvc_lab.edit("dvc.lock", version, "0" * 32)
    build = dvc_lab.snakemake()
    assert build.exit_code != 0
    assert build.trained == frozenset()
    assert "run `dvc repro` and commit dvc.lock" in build.output
    dvc_lab.write("dvc.lock", lock)
    assert dvc_lab.snakemake().trained == frozenset(), "the old version still has its runs"


def test_changed_data_are_new_runs_and_dvc_and_proband_show_what_changed(dvc_lab: RealLab) -> None:
    file, (old_run,) = "results/metrics/own_data.json", dvc_lab.start_times()
    (arm,) = dvc_lab.json("experiments/own_data/results.json")["summary_metrics"]["arms"]
    old_metrics = dvc_json(dvc_lab, "metrics", "show", "--json")[""]["data"][file]["data"]
    assert old_metrics["best_arm"] == {name: metric["mean"] for name, metric in arm["metrics"].items()}
    rows = dvc_json(dvc_lab, "plots", "show", "--json")["data"]["results/plots/own_data/base.csv"][0]["content"]
    history = (dvc_lab.root / f"results/runs/{old_run}/output/history.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows["data"]["values"]) == len(history) - 1
    for command in (["add", "-A"], ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "built"]):
        assert dvc_lab.run("git", *command).returncode == 0

    lock = (dvc_lab.root / "dvc.lock").read_text(encoding="utf-8")
    dvc_lab.write("make.py", FEWER_IMAGES)
    dvc_lab.edit("dvc.yaml", "python -m lightning_modules.data.prepare_digits data/own.npz", "python make.py")
    assert dvc_lab.run(*dvc("repro", "-q")).returncode == 0
    (change,) = json.loads(dvc_lab.proband("diff", "own_data", "own_data", "--json").stdout)["data_since_build"][
        "own_data"
    ]
    assert (change["path"], change["from"] in lock, change["to"] in lock) == ("data/own.npz", True, False)
    build = dvc_lab.snakemake()
    assert (build.exit_code, len(build.trained)) == (0, 1), build.output
    assert old_run in dvc_lab.start_times()
    changed = dvc_json(dvc_lab, "metrics", "diff", "--json")[file]
    assert changed["best_arm.test_loss"]["old"] == old_metrics["best_arm"]["test_loss"]
    assert changed["best_arm.test_loss"]["new"] != old_metrics["best_arm"]["test_loss"]

    dvc_lab.run("git", "checkout", "-q", "dvc.lock", "dvc.yaml")
    dvc_lab.run(*dvc("checkout", "-q"))
    assert dvc_lab.snakemake().trained == frozenset(), "the old version still has its runs"
