"""The training job checks its input, and passes on the threads that Snakemake assigned. No training is started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.jobs import train
from rules.jobs.train import with_threads
from tests.plans import run_job


@pytest.mark.parametrize(("environ", "cpus"), [({"OMP_NUM_THREADS": "2"}, 2), ({}, 4), ({"OMP_NUM_THREADS": "2,1"}, 4)])
def test_training_uses_the_threads_that_snakemake_assigned(environ: dict[str, str], cpus: int) -> None:
    job = run_job("a", {"seed": 1, "resources": {"cpus": 4, "gpus": 0}})
    assert with_threads(job, environ).config == {"seed": 1, "resources": {"cpus": cpus, "gpus": 0}}
    assert job.config["resources"]["cpus"] == 4


@pytest.mark.parametrize("killed", [[], ["--killed", "9"]], ids=["to be trained", "to be recorded as killed"])
def test_run_whose_config_has_another_id_is_refused_and_no_folder_is_written(
    killed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run, lab = "0123456789ab", Lab(Path())
    write_json(lab.run_job(run), run_job(run, {"seed": 1, "model": {"lr": 0.5}, "resources": {}}).to_json())
    monkeypatch.setattr(sys, "argv", ["train", run, "--attempt", "3", "--attempts", "3", *killed])
    assert train.main() == 1
    assert ".proband/runs/0123456789ab.json: its config and data versions have the run id" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()
