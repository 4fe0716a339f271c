"""Data are compared with the versions in the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightning_modules.data.verify import WrongData, check_data


@pytest.mark.parametrize(
    ("versions", "problem"),
    [
        ({"data/missing": "0" * 32}, "no such file or folder"),
        ({"data/a.txt": "0" * 32}, "compiled with version 0{32}, but has version 0cc175b9c0f1b6a831c399e269772661"),
    ],
    ids=["missing", "changed"],
)
def test_missing_or_changed_data_are_rejected(versions: dict[str, str], problem: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.txt").write_text("a", encoding="utf-8")
    with pytest.raises(WrongData, match=problem):
        check_data(versions, tmp_path)


def test_data_with_the_versions_of_the_plan_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    check_data({"a.txt": "0cc175b9c0f1b6a831c399e269772661", "data": "a folder's version.dir"}, tmp_path)
