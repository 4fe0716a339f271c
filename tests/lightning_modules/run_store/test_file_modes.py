"""Files of a run are readable by whoever the umask allows, also if a library makes them private."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from lightning_modules.run_store.file_modes import apply_umask

FILE, FOLDER = 0o666, 0o777


@pytest.fixture
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    previous = os.umask(request.param)
    yield request.param
    os.umask(previous)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("umask", [0o002, 0o022, 0o077], indirect=True, ids=oct)
def test_weights_get_the_permissions_that_the_umask_allows(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "output/final_model"
    folder.mkdir(parents=True, mode=0o700)
    save_file({"weight": torch.zeros(1)}, folder / "model.safetensors")
    apply_umask(tmp_path / "output")
    assert mode(folder / "model.safetensors") == FILE & ~umask
    assert mode(folder) == FOLDER & ~umask


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("umask", [0o022], indirect=True)
def test_permissions_are_only_added_and_links_are_not_followed(tmp_path: Path) -> None:
    outside, run = tmp_path / "outside", tmp_path / "run"
    run.mkdir()
    outside.touch(0o600)
    (run / "link").symlink_to(outside)
    (run / "script").touch()
    (run / "script").chmod(0o775)
    apply_umask(run)
    assert mode(outside) == 0o600
    assert mode(run / "script") == 0o775
