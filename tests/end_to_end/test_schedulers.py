"""Builds through other schedulers: PBS by its profile, with programs in place of PBS, and without shared files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import spec

pytestmark = [pytest.mark.slow]

STUDY = spec("It trains.", "deliverables: [{type: model_checkpoint}]")
# A job runs in the folder $NODE, or in a new one below it, and leaves its exit code in a file named by its job id.
QSUB = """#!/bin/sh
for script; do :; done
echo "$@" >> "$NODES/options"
id=$(mktemp -d "$NODES/job.XXXX"); cp "$script" "$id/script"
cd "$id"; (sh script > output 2>&1; echo $? > exit; mv exit code) > /dev/null 2>&1 &
echo "$id"
"""
QSTAT = """#!/bin/sh
for id; do :; done
if [ ! -f "$id/code" ]; then echo "job_state = R"; exit; fi
echo "job_state = F"; echo "Exit_status = $(cat "$id/code")"
"""


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the jobs of a scheduler run, and programs that submit them and report their state."""
    programs, folder = tmp_path / "bin", tmp_path / "nodes"
    programs.mkdir()
    folder.mkdir()
    for name, text in {"qsub": QSUB, "qstat": QSTAT, "qdel": "#!/bin/sh\n"}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("NODES", str(folder))
    return folder


@pytest.fixture
def lab(tmp_path: Path) -> RealLab:
    lab = RealLab(tmp_path / "lab")
    lab.write("conf/experiment/far.yaml", STUDY)
    lab.write("Snakefile", (ENGINE / "proband/starting/templates/lab/Snakefile").read_text())
    return lab


def test_pbs_jobs_request_the_resources_of_their_trainings(lab: RealLab, nodes: Path) -> None:
    build = lab.snakemake("--profile", str(ENGINE / "profiles/pbs"), "far")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 1
    (options,) = (nodes / "options").read_text().splitlines()
    assert "-l select=1:ncpus=1:mem=2000mb -l walltime=60:00" in options


@pytest.mark.skipif(shutil.which("rsync") is None, reason="the storage plugin `fs` needs rsync")
def test_runs_come_back_from_machines_that_share_no_files(lab: RealLab, nodes: Path, tmp_path: Path) -> None:
    storage = ["--default-storage-provider", "fs", "--default-storage-prefix", str(tmp_path / "store")]
    options = ["-s", "Snakefile", "--profile", str(ENGINE / "profiles/pbs"), *storage, "--shared-fs-usage", "none"]
    build = lab.snakemake(*options, "--job-deploy-sources", "far")
    assert build.exit_code == 0, build.output
    assert len(build.trained) == 1
    results = lab.json("experiments/far/results.json")
    assert (results["status"], results["deliverables_status"]["model_checkpoint"]["validated"]) == ("completed", True)
    job_folders = [folder for folder in nodes.iterdir() if folder.is_dir()]
    assert all((folder / "data/digits.npz").is_file() for folder in job_folders)  # the data came through the storage
    assert [file.name for file in (tmp_path / "store").rglob("*.tar")] == []  # the archives are temporary
    assert lab.proband("verify").returncode == 0
    again = lab.snakemake(*options, "--job-deploy-sources", "far")
    assert "Nothing to be done" in again.output, again.output
