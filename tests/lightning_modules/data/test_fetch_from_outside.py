"""Data are got by the real DVC from a remote or a source, verified by their hash, and not kept if they are wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.runs.data_versions import tracked_data
from lightning_modules.data.fetch import DataUnavailable, fetch_data

pytestmark = pytest.mark.slow
ROWS = "f69f5b72bc79a92dc70c63c9aa142e36"


@dataclass(frozen=True)
class DvcLab:
    """A lab with DVC, and without git, and the folder outside it from which it imports."""

    root: Path
    outside: Path

    def dvc(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=self.root, check=True)

    def fetch(self, path: str, remote: str = "") -> None:
        lab = Lab(self.root)
        fetch_data(tracked_data(lab)[path], lab, remote)

    def forget(self, path: str) -> None:
        """Delete data and DVC's cache, as on another machine."""
        target = self.root / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        shutil.rmtree(self.root / ".dvc/cache", ignore_errors=True)


@pytest.fixture
def lab(tmp_path: Path) -> DvcLab:
    outside, root = tmp_path / "outside", tmp_path / "lab"
    for folder in (outside / "folder/sub", root / "data"):
        folder.mkdir(parents=True)
    for name in ("rows.csv", "folder/a.csv", "folder/sub/b.csv"):
        (outside / name).write_text("a,b\n", encoding="utf-8")
    dvc_lab = DvcLab(root, outside)
    dvc_lab.dvc("init", "-q", "--no-scm")
    return dvc_lab


def test_import_is_downloaded_again_and_a_changed_source_is_an_error_with_both_hashes(lab: DvcLab) -> None:
    path = "data/folder"
    lab.dvc("import-url", "-q", str(lab.outside / "folder"), path)
    pointer = (lab.root / f"{path}.dvc").read_text(encoding="utf-8")
    lab.forget(path)
    lab.fetch(path)
    assert (lab.root / path).exists()
    recorded = tracked_data(Lab(lab.root))[path].version

    lab.forget(path)
    (lab.outside / "folder/a.csv").write_text("c,d\n", encoding="utf-8")
    with pytest.raises(DataUnavailable) as error:
        lab.fetch(path)
    assert f"the recorded version is {recorded}, but version " in str(error.value)
    assert f"`dvc update {path}.dvc`" in str(error.value)
    assert [file.name for file in (lab.root / "data").iterdir() if not file.name.endswith("ignore")] == ["folder.dvc"]
    assert (lab.root / f"{path}.dvc").read_text(encoding="utf-8") == pointer
    lab.dvc("update", "-q", f"{path}.dvc")
    lab.fetch(path)


def test_data_come_from_the_remote_that_is_named_and_a_damaged_remote_is_an_error(lab: DvcLab, tmp_path: Path) -> None:
    lab.dvc("remote", "add", "-q", "group", str(tmp_path / "store"))
    (lab.root / "data/rows.csv").write_text("a,b\n", encoding="utf-8")
    lab.dvc("add", "-q", "data/rows.csv")
    lab.dvc("push", "-q", "--remote", "group")
    lab.forget("data/rows.csv")
    with pytest.raises(DataUnavailable, match=r"on a remote, and no stage makes it \(run `dvc push`"):
        lab.fetch("data/rows.csv")
    with pytest.raises(
        DataUnavailable, match=r"DVC knows no remote 'grop' \(known: group; add it with `dvc remote add"
    ):
        lab.fetch("data/rows.csv", "grop")
    lab.fetch("data/rows.csv", "group")
    assert (lab.root / "data/rows.csv").read_text(encoding="utf-8") == "a,b\n"

    lab.forget("data/rows.csv")
    (stored,) = (tmp_path / "store/files/md5").glob("*/*")
    stored.chmod(0o644)
    stored.write_text("c,d\n", encoding="utf-8")
    with pytest.raises(DataUnavailable, match=f"{stored} must have the hash {ROWS}, but has [0-9a-f]{{32}}\n"):
        lab.fetch("data/rows.csv", "group")
    assert not (lab.root / "data/rows.csv").exists()
    assert stored.exists()


def test_import_is_downloaded_without_a_dvc_repository(lab: DvcLab) -> None:
    lab.dvc("import-url", "-q", str(lab.outside / "rows.csv"), "data/rows.csv")
    shutil.rmtree(lab.root / ".dvc")
    (lab.root / "data/rows.csv").unlink()
    lab.fetch("data/rows.csv")
    (lab.root / "data/rows.csv").unlink()
    (lab.outside / "rows.csv").unlink()
    with pytest.raises(DataUnavailable, match=r"could not be downloaded, and .* \(run `dvc init --no-scm` there\)"):
        lab.fetch("data/rows.csv")


def test_data_that_a_stage_left_incomplete_are_kept_and_are_an_error_with_both_hashes(lab: DvcLab) -> None:
    (lab.root / "data/rows.csv").write_text("a,b\n", encoding="utf-8")
    lab.dvc("add", "-q", "data/rows.csv")
    (lab.root / "data/rows.csv").write_text("a", encoding="utf-8")
    with pytest.raises(DataUnavailable) as error:
        lab.fetch("data/rows.csv")
    assert f"compiled with version {ROWS}, but the file has version 0cc175b9c0f1b6a831c399e269772661" in str(
        error.value
    )
    assert "run `dvc add data/rows.csv` and commit data/rows.csv.dvc" in str(error.value)
    assert (lab.root / "data/rows.csv").read_text(encoding="utf-8") == "a"
