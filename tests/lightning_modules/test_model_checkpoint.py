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
from lightning_modules.checkpoints.batch_tensors import first_rows, named_tensors, nested_tensors
from lightning_modules.checks.model_checkpoint import check

SPEC = SimpleNamespace(path="output/final_model")


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of the run, whose status does not tell what its files were: only loading can show the damage."""
    copy = shutil.copytree(finished, tmp_path / "run")
    (copy / "status.json").unlink()
    return copy


def test_a_good_checkpoint_repeats_its_prediction(evidence: Callable[..., FinishedRun]) -> None:
    finding = check(evidence(), SPEC)
    assert finding.passed, finding.detail
    assert "largest deviation 0" in finding.detail


def test_any_changed_byte_is_noticed_by_its_hash(
    finished: Path, evidence: Callable[..., FinishedRun], tmp_path: Path
) -> None:
    folder = shutil.copytree(finished, tmp_path / "run")
    model = folder / "output/final_model/model.safetensors"
    content = bytearray(model.read_bytes())
    content[-1] ^= 1  # the last bit of one weight
    model.write_bytes(content)
    finding = check(evidence(folder), SPEC)
    assert not finding.passed
    assert "model.safetensors is missing or was changed after the training" in finding.detail


def _edit(name: str, change: Callable[[dict[str, Tensor]], dict[str, Tensor]]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        save_file(change(load_file(folder / name)), folder / name)

    return edit


def _truncate(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-8]) and None


MODEL, SAMPLE = "model.safetensors", "sample.safetensors"
DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no folder": (shutil.rmtree, "lacks model.safetensors and sample.safetensors"),
    "no weights": (lambda folder: (folder / MODEL).unlink(), "lacks model.safetensors"),
    "no sample": (lambda folder: (folder / SAMPLE).unlink(), "lacks sample.safetensors"),
    "empty weights": (lambda folder: (folder / MODEL).write_bytes(b""), "does not load into MLP"),
    "truncated weights": (_truncate(MODEL), "does not load into MLP"),
    "truncated sample": (_truncate(SAMPLE), "is not a recorded prediction"),
    "a pickle": (lambda folder: torch.save({"a": 1}, folder / MODEL), "does not load into MLP"),
    "other weights": (_edit(MODEL, lambda t: {k: v + 0.01 for k, v in t.items()}), "does not repeat"),
    "a missing weight": (_edit(MODEL, lambda t: dict(list(t.items())[1:])), "does not load into MLP"),
    "another prediction": (_edit(SAMPLE, lambda t: t | {"prediction": t["prediction"] + 0.001}), "does not repeat"),
    "a prediction of nan": (_edit(SAMPLE, lambda t: t | {"prediction": t["prediction"] * torch.nan}), "deviation nan"),
    "a narrower prediction": (_edit(SAMPLE, lambda t: t | {"prediction": t["prediction"][:, :1].clone()}), "(4, 1)"),
    "an empty prediction": (_edit(SAMPLE, lambda t: t | {"prediction": torch.empty(0)}), "nothing to compare"),
    "no prediction": (_edit(SAMPLE, lambda t: {"batch.0": t["batch.0"]}), "is not a recorded prediction"),
    "no batch": (_edit(SAMPLE, lambda t: {"prediction": t["prediction"]}), "no tensor named batch"),
    "a batch of another shape": (_edit(SAMPLE, lambda t: t | {"batch.0": torch.ones(4, 3)}), "cannot be rebuilt"),
}


@pytest.mark.parametrize(("damage", "detail"), DAMAGE.values(), ids=DAMAGE)
def test_damaged_evidence_does_not_hold(
    damage: Callable[[Path], Any], detail: str, folder: Path, evidence: Callable[..., FinishedRun]
) -> None:
    damage(folder / SPEC.path)
    finding = check(evidence(folder), SPEC)
    assert not finding.passed
    assert detail in finding.detail


@pytest.mark.parametrize(
    ("model", "detail"),
    [
        ({"_target_": "lightning_modules.models.mlp.MLP", "hidden": 65}, "does not load into MLP"),
        ({"_target_": "lightning_modules.models.cnn.CNN"}, "does not load into CNN"),
        ({"_target_": "lightning_modules.models.mlp.MLP", "depth": 3}, "cannot be rebuilt"),
    ],
    ids=["another width", "another class", "an unknown parameter"],
)
def test_weights_of_another_config_do_not_hold(
    model: dict[str, Any], detail: str, evidence: Callable[..., FinishedRun]
) -> None:
    finding = check(evidence(model=model), SPEC)
    assert not finding.passed
    assert detail in finding.detail


def test_a_class_that_cannot_be_imported_says_nothing_of_the_evidence(evidence: Callable[..., FinishedRun]) -> None:
    with pytest.raises(Exception, match="no_such_module"):
        check(evidence(model={"_target_": "no_such_module.Model"}), SPEC)


def test_a_status_of_another_shape_records_nothing(folder: Path, evidence: Callable[..., FinishedRun]) -> None:
    (folder / "status.json").write_text(json.dumps([1]), encoding="utf-8")
    assert check(evidence(folder), SPEC).passed


ONE, TWO = torch.ones(2), torch.zeros(3)


@pytest.mark.parametrize(
    ("batch", "names"),
    [
        (ONE, ["batch"]),
        ([ONE, TWO], ["batch.0", "batch.1"]),
        ({"ids": ONE, "mask": TWO}, ["batch.ids", "batch.mask"]),
        ([{"ids": ONE}, [ONE, TWO]], ["batch.0.ids", "batch.1.0", "batch.1.1"]),
    ],
    ids=["tensor", "list", "mapping", "nested"],
)
def test_a_batch_survives_being_taken_apart(batch: Any, names: list[str]) -> None:
    named = named_tensors(batch, "batch")
    assert list(named) == names
    assert str(nested_tensors(named, "batch")) == str(batch)


def test_what_is_no_tensor_is_left_out_and_a_scalar_has_no_rows() -> None:
    assert list(named_tensors({"text": ["a"], "ids": ONE}, "batch")) == ["batch.ids"]
    assert first_rows(torch.tensor(3.0), 4) == 3.0
