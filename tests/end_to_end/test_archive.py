"""An experiment is archived in one clone and restored in others, which train nothing and have every byte."""

from __future__ import annotations

import sys

import pytest

from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.specs import CopyOf, spec
from tests.lab.archive.small_archive import contents

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("archive")]
STUDY = "rates"
DVC, PROBAND = (sys.executable, "-m", "dvc"), (sys.executable, "-m", "proband.cli.main")
SWEEP = "sweep: {list: [{model.lr: 0.01, seed: 0}, {model.lr: 1e+30, seed: 0}]}"


def build_archived_lab(lab: RealLab) -> None:
    """Build and archive an experiment with a failed run and a report. The remote is a folder of the lab.

    A copy of the lab has the name `lab`, and clones beside this copy find the remote there.
    """
    lines = (SWEEP, "on_gate: continue", "analysis_pipeline: [performance_analysis]", "reports: [technical_report]")
    lab.write(f"conf/experiment/{STUDY}.yaml", spec("A high rate fails.", *lines))
    lab.write(".gitignore", "/.proband/\n/.snakemake/\n/results/*\n!/results/registrations.jsonl\n/data/\n/store/\n")
    run(lab, "git", "init", "--quiet")
    run(lab, *DVC, "init", "--quiet")
    run(lab, *DVC, "remote", "add", "--quiet", "--default", "store", "../lab/store")
    run(lab, *DVC, "remote", "modify", "--quiet", "--local", "store", "url", str(lab.root / "store"))
    commit(lab)
    build = lab.snakemake(STUDY)
    assert len(build.trained) == 2, build.output
    archive = lab.snakemake("archive")
    assert archive.exit_code == 0, archive.output
    assert f"{STUDY}: archived" in archive.output
    commit(lab)
    run(lab, *DVC, "push")


def run(lab: RealLab, *command: str) -> str:
    completed = lab.run(*command)
    assert completed.returncode == 0, f"{command}: {completed.stdout}{completed.stderr}"
    return completed.stdout


def commit(lab: RealLab) -> None:
    run(lab, "git", "add", "--all")
    run(lab, "git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--message", "Study")


def clone(lab: RealLab, name: str) -> RealLab:
    other = RealLab(lab.root.parent / name, lab.server)
    run(lab, "git", "clone", "--quiet", str(lab.root), str(other.root))
    return other


def stored(lab: RealLab) -> dict[str, bytes]:
    """Return the bytes of the runs and of the experiment."""
    return contents(lab.root / "results/runs") | contents(lab.root / "results/experiments" / STUDY)


@pytest.fixture
def archived(copy_of: CopyOf) -> RealLab:
    return copy_of(build_archived_lab)


def test_restored_clone_has_every_byte_and_trains_nothing(archived: RealLab) -> None:
    other = clone(archived, "clone")
    run(other, *PROBAND, "restore", STUDY)
    assert stored(other) == stored(archived)
    dry_run = other.snakemake("-n", STUDY)
    assert dry_run.exit_code == 0, dry_run.output
    assert dry_run.jobs("_train") == 0, dry_run.output
    verified = other.proband("verify", STUDY)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_colleague_restores_runs_and_builds_the_same_results(archived: RealLab) -> None:
    other = clone(archived, "colleague")
    output = run(other, *PROBAND, "restore", "--runs")
    assert "2 runs restored" in output
    run(other, *PROBAND, "trust")
    build = other.snakemake(STUDY)
    assert build.trained == frozenset(), build.output
    assert stored(other).keys() == stored(archived).keys()
    results = f"experiments/{STUDY}/results.json"
    assert other.json(results) == archived.json(results)
    assert other.json(results)["registration"]["standing"] == "confirmatory", "the committed chain proves it"
