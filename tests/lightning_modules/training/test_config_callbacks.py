"""Callbacks and loggers of a config act, and the checkpoints that they keep are in the outputs of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch.loggers import CSVLogger
from training_jobs import SHORT, config

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from lightning_modules.checkpoints.store import CheckpointStore, open_store
from lightning_modules.tracking.config_loggers import config_loggers
from lightning_modules.training.config_callbacks import config_callbacks
from lightning_modules.training.fit import FitResult, fit
from lightning_modules.training.recorded_training import train

CALLBACKS = "lightning.pytorch.callbacks"
STOP = {"_target_": f"{CALLBACKS}.EarlyStopping", "monitor": "eval_loss", "min_delta": 100.0, "patience": 1}
TIMER, BAR = {"_target_": f"{CALLBACKS}.Timer"}, {"_target_": f"{CALLBACKS}.TQDMProgressBar"}
WORST = {"_target_": f"{CALLBACKS}.ModelCheckpoint", "monitor": "eval_loss", "mode": "max", "filename": "{epoch}"}
FIVE = SHORT | {"max_epochs": 5}


def short(callbacks: Any = None, trainer: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return config(trainer=FIVE | (trainer or {})) | {"callbacks": callbacks} | changes


@pytest.mark.parametrize(
    "changed",
    [
        short({"early_stopping": STOP, "other": None}),
        short([STOP]),
        short(STOP),
        short(trainer={"callbacks": [STOP]}),
        short(trainer={"callbacks": {"stop": STOP}}),
        short([TIMER], trainer={"callbacks": [STOP]}),
    ],
    ids=["group", "list", "single", "trainer's list", "trainer's mapping", "both"],
)
def test_callback_of_the_config_acts(changed: dict[str, Any], lab: Lab) -> None:
    assert fit(changed, lab.root).epochs == 2


@pytest.mark.parametrize(("shown", "names"), [(False, ["Timer"]), (True, ["TQDMProgressBar", "Timer"])])
def test_progress_bar_is_built_only_if_the_trainer_shows_it(shown: bool, names: list[str], tmp_path: Path) -> None:
    changed = short([BAR, TIMER], trainer={"enable_progress_bar": shown})
    assert [type(callback).__name__ for callback in config_callbacks(changed, tmp_path)] == names


def accuracy(result: FitResult) -> float:
    return result.test["accuracy"]


def test_best_weights_are_tested_unless_the_config_asks_for_the_last(lab: Lab) -> None:
    best = fit(short({"keep": WORST}), lab.root)
    last = fit(short({"keep": WORST}, test_weights="last"), lab.root)
    first_epoch = fit(short(trainer={"max_epochs": 1}), lab.root)
    assert best.checkpoint == (lab.root / "checkpoints/epoch=0.ckpt").resolve()
    assert last.checkpoint is None
    assert accuracy(best) == accuracy(first_epoch) != accuracy(last)
    assert (best.epochs, last.epochs) == (5, 5)


@pytest.mark.parametrize(
    ("dirpaths", "files"),
    [
        ([None], {"checkpoints/epoch=0.ckpt"}),
        (["elsewhere"], {"checkpoints/epoch=0.ckpt"}),
        (["<output>/kept/here"], {"kept/here/epoch=0.ckpt"}),
        ([None, None], {"checkpoints/epoch=0.ckpt", "checkpoints/1/epoch=0.ckpt"}),
    ],
    ids=["default", "outside the run", "marker", "two callbacks"],
)
def test_kept_checkpoints_are_in_the_outputs(dirpaths: list[str | None], files: set[str], lab: Lab) -> None:
    metrics = ("eval_loss", "eval_accuracy")
    callbacks = [WORST | {"dirpath": path, "monitor": metric} for path, metric in zip(dirpaths, metrics, strict=False)]
    fit(short(callbacks, trainer={"max_epochs": 1}), lab.root / "output")
    written = {file.relative_to(lab.root / "output").as_posix() for file in lab.root.rglob("*.ckpt")}
    assert written == files


def test_checkpoint_is_kept_where_the_trainer_asks_for_it_without_a_callback(lab: Lab) -> None:
    result = fit(short(trainer={"enable_checkpointing": True, "max_epochs": 1}), lab.root)
    assert [file.parent.name for file in lab.root.rglob("*.ckpt")] == ["checkpoints"]
    assert result.checkpoint is None  # no metric selects it, so it is no better than the last weights


def test_checkpoint_loads_without_unpickling_although_a_hyperparameter_is_an_object(lab: Lab) -> None:
    model = {
        "_target_": "faulty_models.ObjectAmongHyperparameters",
        "optimizer": {"_target_": "torch.optim.SGD", "_partial_": True, "lr": 0.1},
        "width": 3,
    }
    result = fit(short({"keep": WORST}, trainer={"max_epochs": 1}, model=model), lab.root)
    assert result.checkpoint
    content = torch.load(result.checkpoint, weights_only=True)
    assert content["hyper_parameters"] == {"width": 3}


def test_run_records_which_checkpoint_was_tested(lab: Lab) -> None:
    train(short({"keep": WORST}, trainer={"max_epochs": 2}), "0123456789ab", lab.root / "output")
    results = read_json(lab.root / "output/eval_results.json")
    assert results["checkpoint"] == "checkpoints/epoch=0.ckpt"
    assert (lab.root / "output" / results["checkpoint"]).is_file()


LOGGER = {"_target_": "lightning.pytorch.loggers.CSVLogger", "save_dir": "<output>/mylogs"}


@pytest.mark.parametrize(
    "changed",
    [
        short(logger={"csv": LOGGER, "wandb": {"tags": []}, "none": None}),
        short(logger=LOGGER),
        short(trainer={"logger": LOGGER}),
        short(trainer={"logger": [LOGGER]}),
    ],
    ids=["group", "single", "trainer's logger", "trainer's list"],
)
def test_logger_of_the_config_is_built(changed: dict[str, Any]) -> None:
    assert [type(logger) for logger in config_loggers(changed)] == [CSVLogger]


@pytest.mark.parametrize("value", [True, False, None, []])
def test_trainer_without_a_logger_of_its_own_adds_none(value: Any) -> None:
    assert config_loggers(short(trainer={"logger": value})) == []


def test_logger_of_the_config_writes_beside_the_history(lab: Lab) -> None:
    changed = short(trainer={"max_epochs": 1, "logger": LOGGER}, extras={"print_config": True, "ignore_warnings": True})
    train(changed, "0123456789ab", lab.root / "output")
    assert len(list((lab.root / "output/mylogs").rglob("metrics.csv"))) == 1
    assert (lab.root / "output/history.csv").read_text(encoding="utf-8").count("\n") > 1


def test_kept_checkpoints_belong_to_the_checkpoint_from_which_a_training_resumes(tmp_path: Path) -> None:
    store, kept = CheckpointStore(tmp_path / "store", "id", "cafe"), tmp_path / "output/checkpoints"
    for step, name in ((10, "first"), (20, "second")):
        kept.mkdir(parents=True, exist_ok=True)
        (kept / f"{name}.ckpt").write_text(name, encoding="utf-8")
        torch.save({}, store.temporary_path)
        store.commit(1, step, at_epoch_end=True, exact=True, kept=kept)
    (kept / "written after the checkpoint.ckpt").touch()
    resumed, restored = open_store(tmp_path / "store", "id", "cafe"), tmp_path / "restored"
    resumed.restore_kept(restored)
    assert sorted(file.name for file in restored.iterdir()) == ["first.ckpt", "second.ckpt"]
    assert sorted(file.name for file in store.folder.iterdir()) == ["20.ckpt", "20.ckpt.kept", "checkpoint.json"]
