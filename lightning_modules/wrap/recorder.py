"""The object that a training function gets as `run`: it logs metrics and saves checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch.loggers import Logger

from lightning_modules.checkpoints.store import CheckpointStore
from lightning_modules.wrap.huggingface import fit_trainer, trainer_arguments
from lightning_modules.wrap.returned_metrics import flattened, plain_number


class RunRecorder:
    """Records a run while it is trained.

    Attributes:
        folder: where the run may write files of its own. They become part of the run.
        seed: the seed of the run.
        gpus: the number of GPUs that the run asked for.
        is_trial: whether this is a trial (`proband try`), which is not recorded and may stop after a few steps.
        last: the last logged value of each metric.
        can_resume: whether the function has the parameter `resume_from`.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        loggers: Sequence[Logger] = (),
        checkpoints: CheckpointStore | None = None,
        gpus: float = 0,
        is_trial: bool = False,
    ) -> None:
        self.folder, self.seed, self.gpus, self.is_trial = folder, seed, gpus, is_trial
        self.last: dict[str, float] = {}
        self.can_resume = True
        self._loggers, self._checkpoints = tuple(loggers), checkpoints
        self._rows: list[tuple[int, dict[str, float]]] = []
        self._next_step, self._epoch = 0, 0

    def log(
        self,
        metrics: Mapping[str, Any] | None = None,
        /,
        *,
        step: int | None = None,
        epoch: int | None = None,
        **values: Any,
    ) -> None:
        """Log one row of the history: `run.log(loss=0.3, epoch=2)` or `run.log({"val/acc": 0.9}, step=100)`.

        Without a step, rows are numbered from 0. Without an epoch, the last one is kept.

        Raises:
            WrongMetrics: A value is not a number.
        """
        row = {
            name: plain_number(value, f"run.log got '{name}' as")
            for name, value in flattened({**(metrics or {}), **values}, "run.log")
        }
        step = self._next_step if step is None else int(step)
        self._epoch = self._epoch if epoch is None else int(epoch)
        self._next_step = step + 1
        self.last |= row
        self._write(step, {"epoch": self._epoch, **row})

    def save_checkpoint(self, state: Mapping[str, Any], step: int | None = None) -> None:
        """Save a state of tensors and plain values, which the next attempt gets as `resume_from` if this one dies.

        Raises:
            TypeError: The function has no parameter `resume_from`, so it could not resume.
        """
        if not self.can_resume:
            raise TypeError("run.save_checkpoint: the function has no parameter 'resume_from' (add resume_from=None)")
        if self._checkpoints is None:
            return
        step = self._next_step if step is None else int(step)
        torch.save({"state": dict(state), "rows": self._rows}, self._checkpoints.temporary_path)
        self._checkpoints.commit(self._epoch, step, at_epoch_end=False, exact=False)

    def load_checkpoint(self) -> Any:
        """Return the state of the last checkpoint, None if there is none. Its history is logged again."""
        path = self._checkpoints.path if self._checkpoints else None
        if path is None:
            return None
        content = torch.load(path, map_location="cpu", weights_only=True)
        for step, row in content["rows"]:
            self._write(step, row)
            self._next_step, self._epoch = step + 1, int(row["epoch"])
            self.last |= {name: value for name, value in row.items() if name != "epoch"}
        return content["state"]

    def trainer_arguments(self) -> dict[str, Any]:
        """Return arguments for TrainingArguments of Hugging Face: folder, seeds and device of the run."""
        return trainer_arguments(self)

    def fit_trainer(self, trainer: Any) -> dict[str, float]:
        """Train and evaluate with a Trainer of Hugging Face, save its model, and return its metrics.

        Raises:
            WrongTrainer: The Trainer was built without `trainer_arguments`.
        """
        return fit_trainer(trainer, self)

    def _write(self, step: int, row: dict[str, float]) -> None:
        self._rows.append((step, row))
        for logger in self._loggers:
            logger.log_metrics(row, step)
