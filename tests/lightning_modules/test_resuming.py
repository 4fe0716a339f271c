"""A training that ends before its time goes on where it was, and comes to the same numbers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lightning import Callback
from training_jobs import RUN_ID, Job, config, group, job

from compiler.base.paths import ENGINE, Lab
from compiler.deliverables.check import FinishedRun
from lightning_modules.checkpoints.callback import PeriodicCheckpoint
from lightning_modules.checkpoints.store import open_store
from lightning_modules.checks.wandb_run import check
from lightning_modules.failures.classify import TransientFailure
from lightning_modules.recording.history import read_history
from lightning_modules.run_store.train_run import train_run
from lightning_modules.training.fit import fit

pytestmark = pytest.mark.slow
ALWAYS = 1e-9  # minutes
EPOCH = 34  # batches


def dying(at: int, how: str = "interrupted", subject: str = "DiesOnce", **changes: Any) -> Job:
    model = {"_target_": f"subjects.{subject}", "die_at": at, "how": how, "dropout": 0.3}
    trainer = {"max_epochs": 4} | changes.pop("trainer", {})
    resources = {"checkpoint_minutes": ALWAYS} | changes.pop("resources", {})
    return job(model=model, trainer=trainer, resources=resources, **changes)


def train(of: Job, lab: Lab, last_attempt: bool = False) -> Path:
    status = train_run(of, lab, 1, last_attempt, None)
    assert status.status == "completed", status.error
    return lab.run(RUN_ID)


def train_until_it_dies(of: Job, lab: Lab) -> Path:
    with pytest.raises((KeyboardInterrupt, TransientFailure)):
        train(of, lab)
    return lab.checkpoint(RUN_ID)


def undisturbed(of: Job, lab: Lab) -> Path:
    (lab.root / "died").touch()
    place = train(of, lab).rename(lab.root / "undisturbed")
    (lab.root / "died").unlink()
    return place


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def numbers(run: Path) -> dict[str, bytes]:
    names = ("metrics.json", "eval_results.json", "history.csv", "final_model/model.safetensors")
    return {name: (run / "output" / name).read_bytes() for name in names}


TRAININGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "its length given in steps": {"max_epochs": -1, "max_steps": 3 * EPOCH + 20},
    "validated within epochs": {"val_check_interval": 0.25},
    "gradients added up": {"accumulate_grad_batches": 3},
    "validated now and then": {"check_val_every_n_epoch": 2},
}


@pytest.mark.parametrize("trainer", TRAININGS.values(), ids=TRAININGS)
def test_from_the_end_of_an_epoch_it_comes_to_the_same_numbers(trainer: dict[str, Any], lab: Lab) -> None:
    steps = 2 * -(-EPOCH // trainer.get("accumulate_grad_batches", 1))
    of = dying(steps, trainer=trainer)
    expected = numbers(undisturbed(of, lab))
    train_until_it_dies(of, lab)
    run = train(of, lab)
    assert numbers(run) == expected
    assert read(run / "provenance.json")["resumed"] == {"epoch": 2, "step": steps, "exact": True}


@pytest.mark.parametrize("trainer", [{}, {"max_epochs": -1, "max_steps": 4 * EPOCH}], ids=["epochs", "steps"])
def test_schedules_and_metrics_of_earlier_epochs_are_kept(trainer: dict[str, Any], lab: Lab) -> None:
    of = dying(2 * EPOCH, subject="Scheduled", trainer=trainer)
    place = undisturbed(of, lab)
    assert read(place / "output/metrics.json")["warmed_up"] == EPOCH - 1
    train_until_it_dies(of, lab)
    assert numbers(train(of, lab)) == numbers(place)


def test_a_killed_training_goes_on(lab: Lab) -> None:
    of = dying(2 * EPOCH, "killed")
    expected = numbers(undisturbed(of, lab))
    (lab.root / "job.json").write_text(json.dumps(of.to_json()), encoding="utf-8")
    program = (
        "import json, pathlib; from compiler.base.paths import Lab; "
        "from compiler.plan.planned_run import read_run_job; "
        "from lightning_modules.run_store.train_run import train_run; "
        "train_run(read_run_job(pathlib.Path('job.json')), Lab(pathlib.Path()), 1, True, None)"
    )
    path = {"PYTHONPATH": f"{ENGINE}:{Path(__file__).parent}"}
    assert subprocess.run([sys.executable, "-c", program], env=path, cwd=lab.root, check=False).returncode == -9
    assert numbers(train(of, lab)) == expected


def test_a_failure_of_the_machine_keeps_the_checkpoint_for_the_next_build(lab: Lab) -> None:
    of = dying(2 * EPOCH, "out of memory")
    assert train_run(of, lab, 3, True, None).error.kind == "out_of_memory"
    assert read(train(of, lab) / "provenance.json")["resumed"]["step"] == 2 * EPOCH
    assert not lab.checkpoint(RUN_ID).exists()


@pytest.mark.parametrize("at", [1, 7, EPOCH - 1], ids=["one step", "some steps", "all but one"])
def test_from_the_middle_of_an_epoch_it_sees_each_sample_once(at: int, lab: Lab) -> None:
    of = dying(2 * EPOCH + at)
    expected = numbers(undisturbed(of, lab))
    train_until_it_dies(of, lab)
    run = train(of, lab)
    found = numbers(run)
    assert read(run / "provenance.json")["resumed"] == {"epoch": 2, "step": 2 * EPOCH + at, "exact": False}
    different = {name for name in expected if expected[name] != found[name]}
    assert different <= {"history.csv"}, "only the mean over the broken epoch may differ"
    history = read_history(run / "output/history.csv")
    assert [point.step for point in history["train_loss"]] == list(range(4 * EPOCH))


@pytest.mark.parametrize(
    ("trainer", "at", "batches", "resumed_at"),
    [
        ({"val_check_interval": 8}, 2 * EPOCH + 8, 0, 2 * EPOCH + 7),
        ({"accumulate_grad_batches": 3}, 2 * 12 + 5, 1, 2 * 12 + 5),
        ({"check_val_every_n_epoch": 2}, 3 * EPOCH - 1, 0, 3 * EPOCH - 1),
    ],
    ids=["not right behind a validation", "not between two batches of one step", "the last batch is yet to come"],
)
def test_within_an_epoch_nothing_half_done_is_saved(
    trainer: dict[str, Any], at: int, batches: int, resumed_at: int, lab: Lab
) -> None:
    of = dying(at, trainer=trainer)
    of.config["model"]["batches"] = batches
    expected = numbers(undisturbed(of, lab))
    train_until_it_dies(of, lab)
    run = train(of, lab)
    assert read(run / "provenance.json")["resumed"]["step"] == resumed_at
    assert {name for name, content in numbers(run).items() if content != expected[name]} <= {"history.csv"}
    steps = [point.step for point in read_history(run / "output/history.csv")["train_loss"]]
    assert steps == [point.step for point in read_history(lab.root / "undisturbed/output/history.csv")["train_loss"]]


def test_what_was_once_inexact_stays_so(lab: Lab) -> None:
    of = dying(EPOCH + 7)
    train_until_it_dies(of, lab)
    (lab.root / "died").unlink()
    train_until_it_dies(replace(of, config=dying(2 * EPOCH).config), lab)
    assert read(train(of, lab) / "provenance.json")["resumed"] == {"epoch": 2, "step": 2 * EPOCH, "exact": False}


def test_the_next_attempt_after_a_fault_of_the_machine_goes_on(lab: Lab) -> None:
    of = dying(2 * EPOCH, "out of memory")
    train_until_it_dies(of, lab)
    run = train(of, lab)
    cost = read(run / "output/system_metrics.json")
    assert (cost["resumed_from_step"], cost["train_samples"]) == (2 * EPOCH, 2 * 1078)
    assert not any(lab.partial_run(RUN_ID).parent.iterdir())


def test_the_tracked_run_has_the_whole_history(lab: Lab) -> None:
    of = dying(2 * EPOCH, tracking=group("tracking/wandb_offline"))
    train_until_it_dies(of, lab)
    evidence = FinishedRun(RUN_ID, train(of, lab), of.config, {})
    finding = check(evidence, SimpleNamespace(path="output/wandb", required_metrics=["train_loss", "eval_loss"]))
    assert finding.detail.endswith("finished, train_loss in 136 rows, eval_loss in 4 rows")


def test_a_short_run_writes_none(lab: Lab) -> None:
    of = dying(2 * EPOCH)
    del of.config["resources"]["checkpoint_minutes"]
    assert not train_until_it_dies(of, lab).exists()
    assert read(train(of, lab) / "provenance.json")["resumed"] is None


# What is no use.


def _other_code(folder: Path) -> None:
    index = read(folder / "checkpoint.json")
    (folder / "checkpoint.json").write_text(json.dumps(index | {"fingerprint": "beef"}), encoding="utf-8")


def _flipped(folder: Path) -> None:
    (file,) = folder.glob("*.ckpt")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


USELESS: dict[str, Callable[[Path], Any]] = {
    "of other code": _other_code,
    "a flipped bit": _flipped,
    "no index": lambda folder: (folder / "checkpoint.json").unlink(),
    "an index that is none": lambda folder: (folder / "checkpoint.json").write_text("[]", encoding="utf-8"),
    "no file": lambda folder: next(folder.glob("*.ckpt")).unlink(),
}


@pytest.mark.parametrize("damage", USELESS.values(), ids=USELESS)
def test_a_checkpoint_that_is_no_use_is_removed_and_told_of(
    damage: Callable[[Path], Any], lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = train_until_it_dies(dying(EPOCH), lab)
    assert open_store(folder, RUN_ID, "cafe").last is not None
    damage(folder)
    assert open_store(folder, RUN_ID, "cafe").last is None
    assert "starts from the beginning" in capsys.readouterr().err
    assert not folder.exists()


def test_nothing_is_unpickled(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    of = dying(2 * EPOCH, subject="Hoarding")
    train_until_it_dies(of, lab)
    assert read(train(of, lab) / "provenance.json")["resumed"] is None
    assert "objects other than tensors and plain values" in capsys.readouterr().err


def test_one_that_died_while_saving_goes_on_from_the_checkpoint_before(lab: Lab) -> None:
    folder = train_until_it_dies(dying(EPOCH), lab)
    before = open_store(folder, RUN_ID, "cafe").last
    (folder / "unfinished.ckpt").write_bytes(b"half")
    (folder / "99.ckpt").write_bytes(b"put in its place, but not yet the one that counts")
    assert open_store(folder, RUN_ID, "cafe").last == before


# When one is saved.


class Seconds(Callback):
    """A clock by which every batch lasts a second."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def on_train_batch_end(self, *_: object) -> None:
        self.now += 1


class Noted:
    """Keeps nothing, and notes at which step it was asked to."""

    last = None

    def __init__(self, folder: Path) -> None:
        self.temporary_path = folder / "aside"
        self.steps: list[tuple[int, str]] = []

    def commit(self, epoch: int, step: int, at_epoch_end: bool, exact: bool) -> None:
        self.steps.append((step, "epoch" if at_epoch_end else "batch"))


@pytest.mark.parametrize(
    ("seconds", "steps"),
    [
        (0, []),
        (1000, []),
        (50, [(68, "epoch")]),
        (34, [(34, "epoch"), (68, "epoch")]),
        (15, [(15, "batch"), (30, "batch"), (49, "batch"), (64, "batch"), (83, "batch"), (98, "batch")]),
        (30, [(30, "batch"), (64, "batch"), (98, "batch")]),
    ],
    ids=["never", "longer than the training", "each other epoch", "each epoch", "twice an epoch", "once an epoch"],
)
def test_it_is_saved_between_epochs_and_within_those_that_are_long(
    seconds: int, steps: list[tuple[int, str]], lab: Lab
) -> None:
    clock, noted = Seconds(), Noted(lab.root)
    periodic = PeriodicCheckpoint(noted, seconds / 60, clock=clock)  # type: ignore[arg-type]
    fit(config(trainer={"max_epochs": 3}), lab.root, callbacks=[clock, periodic])
    assert noted.steps == steps
