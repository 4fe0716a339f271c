"""A lab that one may only read: commands that read answer, and a build states which folder cannot be written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.support.build import SNAKEMAKE, RealLab, activated_environment
from tests.end_to_end.support.specs import spec
from tests.permissions import without_root_access

pytestmark = pytest.mark.slow

READING = "import sys; from proband.cli.main import main; sys.exit(max(main(words.split()) for words in sys.argv[1:]))"


def as_reader(lab: RealLab, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command that cannot write to the lab."""
    return subprocess.run(
        [*without_root_access(), *command],
        cwd=lab.root,
        env=activated_environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def set_writable(root: Path, is_writable: bool) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200 if is_writable else path.stat().st_mode & ~0o222)


def test_commands_that_read_answer_in_a_lab_that_cannot_be_written(lab: RealLab) -> None:
    lab.write("conf/experiment/study.yaml", spec("It is read.", "deliverables: [{type: model_checkpoint}]"))
    set_writable(lab.root, is_writable=False)
    before = sorted(map(str, lab.root.rglob("*")))
    try:
        reading = as_reader(lab, SNAKEMAKE[0], "-c", READING, "status", "explain study", "tree", "compile", "runs")
        dry_run = as_reader(lab, *SNAKEMAKE, "-n", "study")
        build = as_reader(lab, *SNAKEMAKE, "study")
    finally:
        set_writable(lab.root, is_writable=True)
    assert reading.returncode == 0, reading.stderr
    assert "1 points, 1 runs, 1 to train" in reading.stdout
    assert "can only be read, so the compiled plan is not kept" in reading.stderr
    assert dry_run.returncode == 0, dry_run.stderr
    assert "train" in dry_run.stderr + dry_run.stdout
    assert build.returncode == 1
    assert "results/runs cannot be written: Permission denied. Nothing was built" in build.stderr
    assert "Traceback" not in build.stderr + reading.stderr + dry_run.stderr
    assert sorted(map(str, lab.root.rglob("*"))) == before
