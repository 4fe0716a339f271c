"""Models that misbehave in one way each. Named in configs as `subjects.X`."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lightning_modules.models.mlp import MLP


class Crashing(MLP):
    """Raises after a few steps, so that there is a history to keep."""

    def fault(self) -> BaseException:
        return ValueError("a bug in the model")

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if batch_idx == 3:
            raise self.fault()
        return super().training_step(batch, batch_idx)


class OutOfMemory(Crashing):
    def fault(self) -> BaseException:
        return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1.00 TiB")


class DiskFull(Crashing):
    def fault(self) -> BaseException:
        return OSError(errno.ENOSPC, "No space left on device")


class Offline(Crashing):
    def fault(self) -> BaseException:
        return ConnectionResetError("peer went away")


class Unimportable(Crashing):
    def fault(self) -> BaseException:
        return ModuleNotFoundError("No module named 'flash_attn'")


class Quitting(Crashing):
    def fault(self) -> BaseException:
        return SystemExit(3)


class Interrupted(Crashing):
    """Ctrl-C."""

    def fault(self) -> BaseException:
        return KeyboardInterrupt()


class Terminated(MLP):
    """What a scheduler sends."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if batch_idx == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return super().training_step(batch, batch_idx)


class Disguised(MLP):
    """A library that was interrupted may raise anything, and so may Python's clean-up."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt:
            raise AttributeError("'NoneType' object has no attribute 'invalidate'") from None
        return super().training_step(batch, batch_idx)


class Swallowed(MLP):
    """An interrupt in a destructor is lost; Lightning remembers the signal, and exits in its own way."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        return super().training_step(batch, batch_idx)


class NanOnValidation(MLP):
    def validation_step(self, batch: list[Tensor], batch_idx: int) -> None:
        self.log("eval_loss", torch.tensor(torch.nan))


class NanMetric(MLP):
    """Trains well, and logs one metric that is no number."""

    def validation_step(self, batch: list[Tensor], batch_idx: int) -> None:
        super().validation_step(batch, batch_idx)
        self.log("auroc", torch.tensor(torch.nan))


class Unplottable(MLP):
    """Takes the place of an artifact, so that the evidence cannot be written."""

    def export(self, output: Path) -> None:
        (output / "training_curves.png").mkdir()


class Exporting(MLP):
    def export(self, output: Path) -> None:
        (output / "notes.txt").write_text("from the model", encoding="utf-8")


class TwoLosses(MLP):
    """Logs the training loss the other way, under the names that Lightning then makes."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        images, labels = batch
        loss = torch.nn.functional.cross_entropy(self(images), labels)
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss


class Sleeping(MLP):
    """Says that it trains, and waits to be killed."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        print("training", flush=True)
        sys.stdin.read()
        return super().training_step(batch, batch_idx)


class DiesOnce(MLP):
    """Its first training ends before step `die_at`, some batches into it; a file in the lab remembers."""

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


class Hoarding(DiesOnce):
    """Puts something into its checkpoints that only unpickling would bring back."""

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["hoard"] = Path()


class Scheduled(DiesOnce):
    """Halves its rate when the loss does not fall by much, and logs something in its first epoch only."""

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if self.current_epoch == 0:
            self.log("warmed_up", float(batch_idx))
        return super().training_step(batch, batch_idx)

    def configure_optimizers(self) -> dict[str, Any]:  # type: ignore[override]
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0, threshold=0.9)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "monitor": "eval_loss"}}
