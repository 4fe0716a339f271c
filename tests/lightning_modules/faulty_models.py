"""Models with one fault each. Configs name them `faulty_models.X`."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from lightning import LightningModule
from torch import Tensor

from lightning_modules.models.mlp import MLP


class Crashing(MLP):
    """Raises an exception after a few steps, so that there is a history."""

    def exception(self) -> BaseException:
        return ValueError("a bug in the model")

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if batch_idx == 3:
            raise self.exception()
        return super().training_step(batch, batch_idx)


class OutOfMemory(Crashing):
    def exception(self) -> BaseException:
        return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1.00 TiB")


class DiskFull(Crashing):
    def exception(self) -> BaseException:
        return OSError(errno.ENOSPC, "No space left on device")


class Offline(Crashing):
    def exception(self) -> BaseException:
        return ConnectionResetError("peer went away")


class Unimportable(Crashing):
    def exception(self) -> BaseException:
        return ModuleNotFoundError("No module named 'flash_attn'")


class Exiting(Crashing):
    def exception(self) -> BaseException:
        return SystemExit(3)


class Interrupted(Crashing):
    """Raises what Ctrl-C raises."""

    def exception(self) -> BaseException:
        return KeyboardInterrupt()


class Terminated(MLP):
    """Receives the signal that a scheduler sends."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if batch_idx == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return super().training_step(batch, batch_idx)


class ConvertsInterrupt(MLP):
    """Converts the interrupt to another error, as a library or the cleanup of Python may do."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt:
            raise AttributeError("'NoneType' object has no attribute 'invalidate'") from None
        return super().training_step(batch, batch_idx)


class LosesInterrupt(MLP):
    """Loses the interrupt, as in a destructor. Lightning remembers the signal and exits later."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        return super().training_step(batch, batch_idx)


class ReturnsNothing(MLP):
    """Logs the metrics of the test and returns no results of items."""

    def test_step(self, batch: Any, batch_idx: int) -> Any:
        super().test_step(batch, batch_idx)


class OnlyMeans(MLP):
    """Returns a mean where results of items are expected."""

    def test_step(self, batch: Any, batch_idx: int) -> Any:
        return {"correct": super().test_step(batch, batch_idx)["test_loss"].mean()}


class NanOnValidation(MLP):
    def validation_step(self, batch: list[Tensor], batch_idx: int) -> None:
        self.log("eval_loss", torch.tensor(torch.nan))


class NanMetric(MLP):
    """Trains normally and logs a metric that is NaN."""

    def validation_step(self, batch: list[Tensor], batch_idx: int) -> None:
        super().validation_step(batch, batch_idx)
        self.log("auroc", torch.tensor(torch.nan))


class BlocksArtifact(MLP):
    """Creates a folder at the path of an artifact, so that the artifact cannot be written."""

    def export(self, output: Path) -> None:
        (output / "training_curves.png").mkdir()


class Exporting(MLP):
    def export(self, output: Path) -> None:
        (output / "notes.txt").write_text("from the model", encoding="utf-8")


class TwoLosses(MLP):
    """Logs the training loss per step and per epoch, which Lightning renames."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        images, labels = batch
        loss = torch.nn.functional.cross_entropy(self(images), labels)
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss


class Sleeping(MLP):
    """Prints a line when it trains, and waits to be killed."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        print("training", flush=True)
        sys.stdin.read()
        return super().training_step(batch, batch_idx)


class DiesOnce(MLP):
    """Ends its first training at step `die_at`, after `batches` batches of the step, and creates the file `died`."""

    def __init__(self, die_at: int, how: str, rank: int = 0, batches: int = 0, **arguments: float) -> None:
        super().__init__(**arguments)  # type: ignore[arg-type]
        self.die_at, self.how, self.rank, self.batches = die_at, how, rank, batches

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if (self.global_step, self.global_rank) == (self.die_at, self.rank) and not Path("died").exists():
            self.batches -= 1
            if self.batches < 0:
                Path("died").touch()
                self.die()
        return super().training_step(batch, batch_idx)

    def die(self) -> None:
        match self.how:
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "interrupted":
                raise KeyboardInterrupt
            case "out of memory":
                raise torch.OutOfMemoryError("CUDA out of memory")


class StoresObject(DiesOnce):
    """Stores an object in its checkpoints that can only be loaded by unpickling."""

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["object"] = Path()


class Scheduled(DiesOnce):
    """Halves the learning rate when the loss hardly falls, and logs a metric in the first epoch only."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if self.current_epoch == 0:
            self.log("warmed_up", float(batch_idx))
        return super().training_step(batch, batch_idx)

    def configure_optimizers(self) -> dict[str, Any]:  # type: ignore[override]
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0, threshold=0.9)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "monitor": "eval_loss"}}


class ObjectAmongHyperparameters(MLP):
    """Saves a hyperparameter that is a function and no plain value, as projects with partial optimizers do."""

    def __init__(self, optimizer: Any, width: int) -> None:
        super().__init__()
        self.save_hyperparameters()
        assert callable(optimizer)


class WithoutPredictStep(MLP):
    """A model as most are written: `forward` takes the inputs and not the batch."""

    predict_step = LightningModule.predict_step  # type: ignore[assignment]


class PredictsOnlyInTest(WithoutPredictStep):
    """Has a `forward` that cannot be called outside a step."""

    testing = False

    def forward(self, images: Tensor) -> Tensor:
        if self._trainer is None and not self.testing:
            raise RuntimeError("not inside a step")
        return super().forward(images)

    def test_step(self, batch: Any, batch_idx: int) -> Any:
        self.testing = True
        try:
            return super().test_step(batch, batch_idx)
        finally:
            self.testing = False


class PredictsNothing(PredictsOnlyInTest):
    def test_step(self, batch: Any, batch_idx: int) -> Any:
        super().test_step(batch, batch_idx)


class PredictsMapping(MLP):
    def predict_step(self, batch: Any, batch_idx: int) -> Any:
        return {"logits": self(batch[0]), "names": ["a"], "parts": [batch[1], batch[1][:1]]}


class WithoutTest(MLP):
    test_step = LightningModule.test_step  # type: ignore[assignment]


class FailsInTest(MLP):
    def test_step(self, batch: Any, batch_idx: int) -> Any:
        raise ValueError("the test is broken")


class FailsToExport(MLP):
    def export(self, output: Path) -> None:
        raise ValueError("the tokenizer has no name")


class DivergesInValidation(MLP):
    """Logs a loss under another name, which is NaN in the second epoch only."""

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self.log("val/loss", torch.tensor(torch.nan if self.current_epoch == 1 else 1.0))
        self.log("nan_count", 0.0)


class LateLayers(MLP):
    """Makes a layer when the data are there."""

    def setup(self, stage: str) -> None:
        if not hasattr(self, "late"):
            self.late = torch.nn.Linear(len(self.trainer.datamodule.__dict__), 2)
