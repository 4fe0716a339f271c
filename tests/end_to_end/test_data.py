"""Data as DVC keeps them: brought when missing, in the version that the runs were identified with."""

from __future__ import annotations

import sys

import pytest
from build import RealLab
from specs import spec

pytestmark = pytest.mark.slow
STAGES = """stages:
  digits:
    cmd: python -m lightning_modules.data.prepare_digits data/own.npz
    outs: [data/own.npz]
"""


@pytest.fixture(scope="module")
def dvc_lab(tmp_path_factory: pytest.TempPathFactory) -> RealLab:
    """A lab with its own data under DVC, committed, and then cloned without them."""
    lab = RealLab(tmp_path_factory.mktemp("lab"))
    lab.write("dvc.yaml", STAGES)
    own = spec("Own data.", "deliverables: [{type: model_checkpoint}]", more="data: {path: data/own.npz}\n")
    lab.write("conf/experiment/own_data.yaml", own)
    for command in (["git", "init", "-q"], dvc("init", "-q"), dvc("repro", "-q")):
        done = lab.run(*command)
        assert done.returncode == 0, done.stderr
    lab.run("rm", "-r", "data/own.npz", ".dvc/cache")
    return lab


def dvc(*args: str) -> list[str]:
    return [sys.executable, "-m", "dvc", *args]


def test_missing_data_are_made_by_their_stage(dvc_lab: RealLab) -> None:
    build = dvc_lab.snakemake()
    assert build.code == 0, build.output
    (run,) = build.trained
    assert list(dvc_lab.json(f"runs/{run}/config.json")["data"]) == ["data/own.npz"]


def test_lost_data_come_back_and_retrain_nothing(dvc_lab: RealLab) -> None:
    dvc_lab.run("rm", "data/own.npz")
    build = dvc_lab.snakemake()
    assert (build.code, build.trained) == (0, frozenset()), build.output
    assert (dvc_lab.root / "data/own.npz").is_file()


def test_new_runs_with_lost_data_and_lost_state_train_alone(dvc_lab: RealLab) -> None:
    dvc_lab.run("rm", "-r", "data/own.npz", ".proband")
    sweep = "hypothesis: Own data.\n  sweep: {seed: '0,1'}"
    dvc_lab.edit("conf/experiment/own_data.yaml", "hypothesis: Own data.", sweep)
    build = dvc_lab.snakemake()
    assert build.code == 0, build.output
    assert len(build.trained) == 1


def test_another_version_makes_other_runs_and_is_not_faked(dvc_lab: RealLab) -> None:
    lock = (dvc_lab.root / "dvc.lock").read_text(encoding="utf-8")
    (version,) = [line.split()[-1] for line in lock.splitlines() if line.strip().startswith("md5:")][-1:]
    dvc_lab.edit("dvc.lock", version, "0" * 32)
    build = dvc_lab.snakemake()
    assert build.code != 0
    assert build.trained == frozenset()
    assert "run `dvc repro` and commit dvc.lock" in build.output
    dvc_lab.write("dvc.lock", lock)
    assert dvc_lab.snakemake().trained == frozenset(), "the old version still has its runs"
