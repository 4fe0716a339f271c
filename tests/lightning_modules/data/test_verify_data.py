"""Data are compared with the versions in the plan."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lightning_modules.data.hashes import data_hash
from lightning_modules.data.verify import WrongData, check_data

FILE = "0cc175b9c0f1b6a831c399e269772661"
FOLDER = "6bb66d6a3a62859026f08641125712d5.dir"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data/sub").mkdir(parents=True)
    for name in ("data/a.txt", "data/sub/b.txt"):
        (tmp_path / name).write_text("a", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("versions", "problem"),
    [
        ({"data/missing": "0" * 32}, "no such file or folder"),
        ({"data/a.txt": "0" * 32}, f"compiled with version {'0' * 32}, but the file has version {FILE}"),
        ({"data": "0" * 32 + ".dir"}, rf"compiled with version {'0' * 32}\.dir, but the folder has version {FOLDER}"),
        ({"data": FILE}, "but the folder has version"),
    ],
    ids=["missing", "changed file", "changed folder", "a folder instead of a file"],
)
def test_missing_or_changed_data_are_rejected(versions: dict[str, str], problem: str, root: Path) -> None:
    with pytest.raises(WrongData, match=problem):
        check_data(versions, root)


def test_data_with_the_versions_of_the_plan_are_accepted(root: Path) -> None:
    check_data({"data/a.txt": FILE, "data": FOLDER}, root)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a changed byte": lambda data: (data / "sub/b.txt").write_text("b", encoding="utf-8"),
    "another line end": lambda data: (data / "sub/b.txt").write_text("a\r\n", encoding="utf-8"),
    "an additional file": lambda data: (data / "c.txt").write_text("", encoding="utf-8"),
    "an additional hidden file": lambda data: (data / ".c").write_text("", encoding="utf-8"),
    "a missing file": lambda data: (data / "sub/b.txt").unlink(),
    "a renamed file": lambda data: (data / "a.txt").rename(data / "z.txt"),
    "a moved file": lambda data: (data / "sub/b.txt").rename(data / "b.txt"),
    "an unreadable link": lambda data: (data / "c.txt").symlink_to("nowhere"),
    "a file of DVC": lambda data: (data / ".dvcignore").write_text("sub\n", encoding="utf-8"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_in_a_folder_is_noticed(change: Callable[[Path], object], root: Path) -> None:
    change(root / "data")
    with pytest.raises(WrongData, match=r"^data: "):
        check_data({"data": FOLDER}, root)


@pytest.mark.slow
def test_hashes_are_those_of_dvc(root: Path) -> None:
    (root / ".dvcignore").write_text("*.tmp\n", encoding="utf-8")
    (root / "data/x.tmp").write_text("not tracked", encoding="utf-8")
    (root / "data/\u00e4 b\n.txt").write_text("a name in unicode", encoding="utf-8")
    for command in (["init", "--no-scm", "-q"], ["add", "-q", "data"]):
        subprocess.run([sys.executable, "-m", "dvc", *command], cwd=root, check=True)
    (out,) = yaml.safe_load((root / "data.dvc").read_text(encoding="utf-8"))["outs"]
    assert data_hash(root / "data", root) == out["md5"]
