"""The check of `model_checkpoint` loads the model and detects damaged files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from compiler.deliverables.check import FinishedRun
from lightning_modules.checks.model_checkpoint import check

pytestmark = pytest.mark.xdist_group("model_checkpoint")  # a fixture of the module takes seconds

SPEC = SimpleNamespace(path="output/final_model")


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of the run without the hashes of its files, so that only loading the files can show damage."""
    copy = shutil.copytree(finished, tmp_path / "run")
    (copy / "status.json").unlink()
    return copy


def test_undamaged_model_repeats_its_prediction(finished_run: Callable[..., FinishedRun]) -> None:
    result = check(finished_run(), SPEC)
    assert result.passed, result.detail
    assert "largest deviation 0" in result.detail


def test_changed_byte_is_detected_by_the_hash(
    finished: Path, finished_run: Callable[..., FinishedRun], tmp_path: Path
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    model = folder / "output/final_model/model.safetensors"
    content = bytearray(model.read_bytes())
    content[-1] ^= 1  # the last bit of one weight
    model.write_bytes(content)
    result = check(finished_run(folder), SPEC)
    assert not result.passed
    assert "model.safetensors is missing or was changed after the training" in result.detail


def edit(name: str, change: Callable[[dict[str, Tensor]], dict[str, Tensor]]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        save_file(change(load_file(folder / name)), folder / name)

    return edit


def truncate(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-8]) and None


MODEL, SAMPLE = "model.safetensors", "sample.safetensors"
DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "missing folder": (shutil.rmtree, "lacks model.safetensors and sample.safetensors"),
    "missing weights": (lambda folder: (folder / MODEL).unlink(), "lacks model.safetensors"),
    "missing sample": (lambda folder: (folder / SAMPLE).unlink(), "lacks sample.safetensors"),
    "empty weights": (lambda folder: (folder / MODEL).write_bytes(b""), "does not load into MLP"),
    "truncated weights": (truncate(MODEL), "does not load into MLP"),
    "truncated sample": (truncate(SAMPLE), "is not a recorded prediction"),
    "pickle": (lambda folder: torch.save({"a": 1}, folder / MODEL), "does not load into MLP"),
    "other weights": (edit(MODEL, lambda t: {k: v + 0.01 for k, v in t.items()}), "does not repeat"),
    "missing weight": (edit(MODEL, lambda t: dict(list(t.items())[1:])), "does not load into MLP"),
    "other prediction": (
        edit(SAMPLE, lambda t: t | {"prediction": t["prediction"] + 0.001}),
        "does not repeat",
    ),
    "prediction of NaN": (
        edit(SAMPLE, lambda t: t | {"prediction": t["prediction"] * torch.nan}),
        "deviation nan",
    ),
    "narrower prediction": (
        edit(SAMPLE, lambda t: t | {"prediction": t["prediction"][:, :1].clone()}),
        "(4, 1)",
    ),
    "empty prediction": (edit(SAMPLE, lambda t: t | {"prediction": torch.empty(0)}), "nothing to compare"),
    "missing prediction": (edit(SAMPLE, lambda t: {"batch.0": t["batch.0"]}), "is not a recorded prediction"),
    "missing batch": (edit(SAMPLE, lambda t: {"prediction": t["prediction"]}), "no tensor named batch"),
    "batch of another shape": (edit(SAMPLE, lambda t: t | {"batch.0": torch.ones(4, 3)}), "cannot be rebuilt"),
}


@pytest.mark.parametrize(("damage", "detail"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_model_fails_the_check(
    damage: Callable[[Path], Any], detail: str, folder: Path, finished_run: Callable[..., FinishedRun]
) -> None:
    damage(folder / SPEC.path)
    result = check(finished_run(folder), SPEC)
    assert not result.passed
    assert detail in result.detail


@pytest.mark.parametrize(
    ("model", "detail"),
    [
        ({"_target_": "lightning_modules.models.mlp.MLP", "hidden": 65}, "does not load into MLP"),
        ({"_target_": "lightning_modules.models.cnn.CNN"}, "does not load into CNN"),
        ({"_target_": "lightning_modules.models.mlp.MLP", "depth": 3}, "cannot be rebuilt"),
    ],
    ids=["other width", "other class", "unknown argument"],
)
def test_weights_of_another_config_fail_the_check(
    model: dict[str, Any], detail: str, finished_run: Callable[..., FinishedRun]
) -> None:
    result = check(finished_run(model=model), SPEC)
    assert not result.passed
    assert detail in result.detail


def test_check_has_no_result_if_the_class_cannot_be_imported(finished_run: Callable[..., FinishedRun]) -> None:
    with pytest.raises(Exception, match="no_such_module"):
        check(finished_run(model={"_target_": "no_such_module.Model"}), SPEC)


def test_invalid_status_contains_no_hashes_to_compare(folder: Path, finished_run: Callable[..., FinishedRun]) -> None:
    (folder / "status.json").write_text(json.dumps([1]), encoding="utf-8")
    assert check(finished_run(folder), SPEC).passed
