"""Archiving without git or DVC: the message has the command that fixes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.archive.requirements import ArchiveUnavailable, require_repository


@pytest.mark.parametrize(
    ("folders", "is_installed", "command"),
    [
        ((), True, "`git init && dvc init`"),
        (("lab/.dvc",), True, "`git init`"),
        (("lab/.git",), True, "`dvc init`"),
        ((".git",), True, "`dvc init --subdir`"),
        (("lab/.git", "lab/.dvc"), False, "`pip install dvc`"),
        (("lab/.git",), False, "`pip install dvc`"),
    ],
    ids=["neither", "no git", "no DVC", "lab below the root", "DVC not installed", "neither DVC nor its folder"],
)
def test_message_names_the_command(tmp_path: Path, folders: tuple[str, ...], is_installed: bool, command: str) -> None:
    lab = Lab(tmp_path / "lab")
    for folder in ("lab", *folders):
        (tmp_path / folder).mkdir()
    with pytest.raises(ArchiveUnavailable) as error:
        require_repository(lab, lambda _: object() if is_installed else None)
    assert command in str(error.value)
    assert str(lab.root) in str(error.value)


@pytest.mark.parametrize("folder", ["lab", "."], ids=["in the lab", "above the lab"])
def test_repository_is_accepted(tmp_path: Path, folder: str) -> None:
    (tmp_path / "lab").mkdir()
    for name in (".git", ".dvc"):
        (tmp_path / folder / name).mkdir()
    require_repository(Lab(tmp_path / "lab"), lambda _: object())
