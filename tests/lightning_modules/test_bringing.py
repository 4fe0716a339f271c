"""Data that are copied from the engine to another lab."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.runs.data_versions import TrackedData
from lightning_modules.data.fetch import fetch_data


def test_a_folder_is_there_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, lab = tmp_path / "engine", Lab(tmp_path / "lab")
    for name in ("a", "b"):
        (engine / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (engine / "data" / name).write_text(name, encoding="utf-8")
    tracked = TrackedData("data", "0" * 32, engine, "data")

    def cut(source: Path, place: Path) -> Any:
        place.mkdir()
        shutil.copyfile(source / "a", place / "a")
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copytree", cut)
        with pytest.raises(OSError, match="No space"):
            fetch_data(tracked, lab)
    assert not (lab.root / "data").exists()
    fetch_data(tracked, lab)
    assert sorted(file.name for file in (lab.root / "data").iterdir()) == ["a", "b"]
