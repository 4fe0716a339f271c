"""Data are copied completely or not at all, and are obtained from an installed engine and without git."""

from __future__ import annotations

import hashlib
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.base.identity import digest
from compiler.base.json_files import write_text
from compiler.base.paths import ENGINE, Lab
from compiler.runs.data_versions import TrackedData, tracked_data
from lightning_modules.data.fetch import DataUnavailable, fetch_data
from lightning_modules.data.hashes import data_hash


def test_interrupted_copy_of_a_folder_leaves_no_partial_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, lab = tmp_path / "engine", Lab(tmp_path / "lab")
    for name in ("a", "b"):
        (engine / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (engine / "data" / name).write_text(name, encoding="utf-8")
    tracked = TrackedData("data", data_hash(engine / "data", engine), engine, "data")

    def copy_one_file(source: Path, target: Path) -> Any:
        target.mkdir()
        shutil.copyfile(source / "a", target / "a")
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", copy_one_file)
        with pytest.raises(OSError, match="No space"):
            fetch_data(tracked, lab)
    assert not (lab.root / "data").exists()
    fetch_data(tracked, lab)
    assert sorted(file.name for file in (lab.root / "data").iterdir()) == ["a", "b"]


def test_an_installed_engine_makes_the_data_of_its_studies_in_the_lab(tmp_path: Path) -> None:
    """An installed engine has dvc.yaml and dvc.lock, but neither the data nor a DVC repository."""
    engine, lab = tmp_path / "engine", Lab(tmp_path / "lab")
    engine.mkdir()
    for name in ("dvc.yaml", "dvc.lock"):
        shutil.copyfile(ENGINE / name, engine / name)
    (engine / "lightning_modules").symlink_to(ENGINE / "lightning_modules")
    tracked = replace(tracked_data(lab)["data/digits.npz"], root=engine)
    fetch_data(tracked, lab)  # raises if the data have another hash than the one in dvc.lock
    assert (lab.root / "data/digits.npz").is_file()
    assert not (engine / "data").exists()


def test_a_lab_that_is_no_dvc_repository_gets_a_message(tmp_path: Path) -> None:
    tracked = TrackedData("data/mine.csv", "0" * 32, tmp_path, "mine")
    with pytest.raises(DataUnavailable, match="is not a DVC repository"):
        fetch_data(tracked, Lab(tmp_path))


@pytest.mark.slow
def test_dvc_works_in_a_downloaded_archive_without_git(tmp_path: Path) -> None:
    tracked = tracked_by_dvc(tmp_path)
    fetch_data(tracked, Lab(tmp_path))
    assert (tmp_path / "made.txt").read_text(encoding="utf-8") == "made"


@pytest.mark.slow
def test_two_labs_that_need_data_of_one_dvc_repository_wait_for_each_other(tmp_path: Path) -> None:
    tracked = tracked_by_dvc(tmp_path / "shared")
    labs = [Lab(tmp_path / name) for name in ("first", "second")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda lab: fetch_data(tracked, lab), labs))
    assert [(lab.root / "made.txt").read_text(encoding="utf-8") for lab in labs] == ["made", "made"]


def tracked_by_dvc(root: Path) -> TrackedData:
    """Write a DVC repository without git, with a stage that takes a second, and return what the stage makes."""
    (root / ".dvc").mkdir(parents=True)
    (root / ".dvc/config").write_text("[core]\n    analytics = false\n", encoding="utf-8")
    command = f"{sys.executable} -c \"import time; time.sleep(1); open('made.txt', 'w').write('made')\""
    stages = {"stages": {"make": {"cmd": command, "outs": ["made.txt"]}}}
    (root / "dvc.yaml").write_text(yaml.safe_dump(stages), encoding="utf-8")
    version = hashlib.md5(b"made", usedforsecurity=False).hexdigest()
    return TrackedData("made.txt", version, root, "make")


def test_incomplete_data_of_a_killed_fetch_are_set_aside_and_fetched_again(tmp_path: Path) -> None:
    engine, lab = tmp_path / "engine", Lab(tmp_path / "lab")
    (engine / "data").mkdir(parents=True)
    (engine / "data/x.csv").write_text("a,b\n", encoding="utf-8")
    tracked = TrackedData("data/x.csv", data_hash(engine / "data/x.csv", engine), engine, "x")
    target = lab.root / "data/x.csv"
    target.parent.mkdir(parents=True)
    target.write_text("a,", encoding="utf-8")
    with pytest.raises(DataUnavailable, match="but the file has version"):
        fetch_data(tracked, lab)  # a file of the user is kept
    write_text(lab.state / "data" / f"{digest('data/x.csv')}.unfinished", "")
    fetch_data(tracked, lab)
    assert target.read_text(encoding="utf-8") == "a,b\n"
    assert (lab.state / "data/incomplete/x.csv").read_text(encoding="utf-8") == "a,"
    assert list((lab.state / "data").glob("*.unfinished")) == []
