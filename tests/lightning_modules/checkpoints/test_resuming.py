"""A training that is stopped early resumes from its checkpoint and gives the same numbers as an uninterrupted one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from training_jobs import RUN_ID, TRAIN_COMMAND, config_group, run_job, write_job

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.deliverables.check import FinishedRun
from compiler.plan.planned_run import RunJob
from lightning_modules.checkpoints.store import open_store
from lightning_modules.checks.wandb_run import check
from lightning_modules.failures.classify import TransientFailure
from lightning_modules.recording.history import read_history
from lightning_modules.run_store.train_run import train_run

pytestmark = pytest.mark.slow
ALWAYS = 1e-9  # minutes between checkpoints, so short that every possible checkpoint is saved
EPOCH = 34  # batches in an epoch


def dying_job(step: int, how: str = "interrupted", model: str = "DiesOnce", **changes: Any) -> RunJob:
    """Return a training that dies at a step and saves every possible checkpoint."""
    arguments = {"_target_": f"faulty_models.{model}", "die_at": step, "how": how, "dropout": 0.3}
    trainer = {"max_epochs": 4} | changes.pop("trainer", {})
    resources = {"checkpoint_minutes": ALWAYS} | changes.pop("resources", {})
    return run_job(model=arguments, trainer=trainer, resources=resources, **changes)


def train(job: RunJob, lab: Lab, last_attempt: bool = False) -> Path:
    status = train_run(job, lab, 1, last_attempt, None)
    assert status.error is None, status.error
    return lab.run(RUN_ID)


def train_until_it_dies(job: RunJob, lab: Lab) -> Path:
    """Train until the job dies. Return the folder of its checkpoints."""
    with pytest.raises((KeyboardInterrupt, TransientFailure)):
        train(job, lab)
    return lab.checkpoint(RUN_ID)


def train_uninterrupted(job: RunJob, lab: Lab) -> Path:
    (lab.root / "died").touch()
    run = train(job, lab).rename(lab.root / "uninterrupted")
    (lab.root / "died").unlink()
    return run


def outputs(run: Path) -> dict[str, bytes]:
    names = ("metrics.json", "eval_results.json", "history.csv", "final_model/model.safetensors")
    return {name: (run / "output" / name).read_bytes() for name in names}


def resumed_from(run: Path) -> dict[str, Any] | None:
    resumed: dict[str, Any] | None = read_json(run / "provenance.json")["resumed"]
    return resumed


TRAINERS: dict[str, dict[str, Any]] = {
    "default": {},
    "length in steps": {"max_epochs": -1, "max_steps": 3 * EPOCH + 20},
    "validation within epochs": {"val_check_interval": 0.25},
    "accumulated gradients": {"accumulate_grad_batches": 3},
    "validation every second epoch": {"check_val_every_n_epoch": 2},
    "a kept checkpoint from before the interruption": {
        "callbacks": [
            {"_target_": "lightning.pytorch.callbacks.ModelCheckpoint", "monitor": "eval_loss", "mode": "max"},
        ]
    },
}


@pytest.mark.parametrize("trainer", TRAINERS.values(), ids=TRAINERS)
def test_training_resumed_at_the_end_of_an_epoch_gives_the_same_outputs(trainer: dict[str, Any], lab: Lab) -> None:
    steps = 2 * -(-EPOCH // trainer.get("accumulate_grad_batches", 1))
    job = dying_job(steps, trainer=trainer)
    expected = outputs(train_uninterrupted(job, lab))
    train_until_it_dies(job, lab)
    run = train(job, lab)
    assert outputs(run) == expected
    assert resumed_from(run) == {"epoch": 2, "step": steps, "exact": True}


@pytest.mark.parametrize("trainer", [{}, {"max_epochs": -1, "max_steps": 4 * EPOCH}], ids=["epochs", "steps"])
def test_schedules_and_metrics_of_earlier_epochs_are_restored(trainer: dict[str, Any], lab: Lab) -> None:
    job = dying_job(2 * EPOCH, model="Scheduled", trainer=trainer)
    run = train_uninterrupted(job, lab)
    assert read_json(run / "output/metrics.json")["warmed_up"] == EPOCH - 1
    train_until_it_dies(job, lab)
    assert outputs(train(job, lab)) == outputs(run)


def test_training_of_a_killed_process_resumes(lab: Lab) -> None:
    job = dying_job(2 * EPOCH, "killed")
    expected = outputs(train_uninterrupted(job, lab))
    environment = write_job(job, lab)
    assert subprocess.run(TRAIN_COMMAND, env=environment, cwd=lab.root, check=False).returncode == -9
    assert outputs(train(job, lab)) == expected


def test_checkpoint_is_kept_after_a_recorded_machine_failure(lab: Lab) -> None:
    job = dying_job(2 * EPOCH, "out of memory")
    status = train_run(job, lab, 3, True, None)
    assert status.error
    assert status.error.kind == "out_of_memory"
    assert resumed_from(train(job, lab)) == {"epoch": 2, "step": 2 * EPOCH, "exact": True}
    assert not lab.checkpoint(RUN_ID).exists()


@pytest.mark.parametrize("batches", [1, 7, EPOCH - 1], ids=["one step", "some steps", "all but one step"])
def test_training_resumed_within_an_epoch_sees_each_sample_once(batches: int, lab: Lab) -> None:
    job = dying_job(2 * EPOCH + batches)
    expected = outputs(train_uninterrupted(job, lab))
    train_until_it_dies(job, lab)
    run = train(job, lab)
    resumed = outputs(run)
    assert resumed_from(run) == {"epoch": 2, "step": 2 * EPOCH + batches, "exact": False}
    different = {name for name in expected if expected[name] != resumed[name]}
    assert different <= {"history.csv"}, "only the mean over the interrupted epoch may differ"
    history = read_history(run / "output/history.csv")
    assert [point.step for point in history["train_loss"]] == list(range(4 * EPOCH))


@pytest.mark.parametrize(
    ("trainer", "step", "batches", "resumed_step"),
    [
        ({"val_check_interval": 8}, 2 * EPOCH + 8, 0, 2 * EPOCH + 7),
        ({"accumulate_grad_batches": 3}, 2 * 12 + 5, 1, 2 * 12 + 5),
        ({"check_val_every_n_epoch": 2}, 3 * EPOCH - 1, 0, 3 * EPOCH - 1),
    ],
    ids=["not directly after a validation", "not between two batches of a step", "before the last batch"],
)
def test_checkpoint_within_an_epoch_contains_only_complete_steps(
    trainer: dict[str, Any], step: int, batches: int, resumed_step: int, lab: Lab
) -> None:
    job = dying_job(step, trainer=trainer)
    job.config["model"]["batches"] = batches
    uninterrupted = train_uninterrupted(job, lab)
    expected = outputs(uninterrupted)
    train_until_it_dies(job, lab)
    run = train(job, lab)
    resumed = resumed_from(run)
    assert resumed
    assert resumed["step"] == resumed_step
    assert {name for name, content in outputs(run).items() if content != expected[name]} <= {"history.csv"}
    steps, expected_steps = (
        [point.step for point in read_history(folder / "output/history.csv")["train_loss"]]
        for folder in (run, uninterrupted)
    )
    assert steps == expected_steps


def test_checkpoint_after_an_inexact_one_is_inexact(lab: Lab) -> None:
    job = dying_job(EPOCH + 7)
    train_until_it_dies(job, lab)
    (lab.root / "died").unlink()
    train_until_it_dies(replace(job, config=dying_job(2 * EPOCH).config), lab)
    assert resumed_from(train(job, lab)) == {"epoch": 2, "step": 2 * EPOCH, "exact": False}


def test_attempt_after_a_transient_failure_resumes(lab: Lab) -> None:
    job = dying_job(2 * EPOCH, "out of memory")
    train_until_it_dies(job, lab)
    run = train(job, lab)
    metrics = read_json(run / "output/system_metrics.json")
    assert (metrics["resumed_from_step"], metrics["train_samples"]) == (2 * EPOCH, 2 * 1078)
    assert not any(lab.partial_run(RUN_ID).parent.iterdir())


def test_tracked_run_has_the_complete_history(lab: Lab) -> None:
    job = dying_job(2 * EPOCH, tracking=config_group("tracking/offline"))
    train_until_it_dies(job, lab)
    run = FinishedRun(RUN_ID, train(job, lab), job.config, {})
    result = check(
        run, SimpleNamespace(path="output/wandb", required_metrics=["train_loss", "eval_loss"], mode="offline")
    )
    assert result.detail.endswith("finished, train_loss in 136 rows, eval_loss in 4 rows")


def test_short_run_saves_no_checkpoint(lab: Lab) -> None:
    job = dying_job(2 * EPOCH)
    del job.config["resources"]["checkpoint_minutes"]
    assert not train_until_it_dies(job, lab).exists()
    assert resumed_from(train(job, lab)) is None


# Unusable checkpoints


def change_fingerprint(folder: Path) -> None:
    write_json(folder / "checkpoint.json", read_json(folder / "checkpoint.json") | {"fingerprint": "beef"})


def flip_bit(folder: Path) -> None:
    (file,) = folder.glob("*.ckpt")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "other code": change_fingerprint,
    "flipped bit": flip_bit,
    "missing index": lambda folder: (folder / "checkpoint.json").unlink(),
    "invalid index": lambda folder: (folder / "checkpoint.json").write_text("[]", encoding="utf-8"),
    "missing file": lambda folder: next(folder.glob("*.ckpt")).unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_unusable_checkpoint_is_deleted_with_a_message(
    damage: Callable[[Path], Any], lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = train_until_it_dies(dying_job(EPOCH), lab)
    assert open_store(folder, RUN_ID, "cafe").last is not None
    damage(folder)
    assert open_store(folder, RUN_ID, "cafe").last is None
    assert "training starts from the beginning" in capsys.readouterr().err
    assert not folder.exists()


def test_checkpoint_that_needs_unpickling_is_rejected(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    job = dying_job(2 * EPOCH, model="StoresObject")
    train_until_it_dies(job, lab)
    assert resumed_from(train(job, lab)) is None
    assert "objects other than tensors and plain values" in capsys.readouterr().err


def test_previous_checkpoint_is_used_if_the_process_died_while_saving(lab: Lab) -> None:
    folder = train_until_it_dies(dying_job(EPOCH), lab)
    before = open_store(folder, RUN_ID, "cafe").last
    (folder / "unfinished.ckpt").write_bytes(b"partial")
    (folder / "99.ckpt").write_bytes(b"renamed, but not yet named by checkpoint.json")
    assert open_store(folder, RUN_ID, "cafe").last == before
