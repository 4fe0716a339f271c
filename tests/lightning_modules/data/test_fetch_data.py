"""Data are copied completely or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.runs.data_versions import TrackedData
from lightning_modules.data.fetch import fetch_data


def test_interrupted_copy_of_a_folder_leaves_no_partial_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, lab = tmp_path / "engine", Lab(tmp_path / "lab")
    for name in ("a", "b"):
        (engine / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (engine / "data" / name).write_text(name, encoding="utf-8")
    tracked = TrackedData("data", "0" * 32, engine, "data")

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
