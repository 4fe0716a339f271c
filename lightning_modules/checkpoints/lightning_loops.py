"""Correct the loop state of Lightning when a training is saved or resumed between two batches or epochs."""

from __future__ import annotations

from typing import Any

from lightning import Trainer


def mark_not_started(progress: dict[str, Any]) -> None:
    """Mark the batch or epoch that was about to start as not started, in the saved progress of its loop.

    Lightning has already counted it, and would treat it as interrupted when the training resumes.
    """
    for counts in (progress["total"], progress["current"]):
        counts["ready"] = counts["started"]
    if "is_last_batch" in progress:
        progress["is_last_batch"] = False


def start_epoch_normally(trainer: Trainer) -> None:
    """Make Lightning request the samples of the epoch again.

    Lightning requested them when it restored the loops. At that time, the random states were not restored yet.
    """
    trainer.fit_loop._resuming_from_checkpoint = False
    trainer.fit_loop._restarting = False  # Lightning sets it if the length of the training is given in steps
    trainer.fit_loop.epoch_loop.restarting = False


def skip_trained_batches(trainer: Trainer) -> None:
    """Advance the data loader past the batches of this epoch that were trained before the checkpoint."""
    fetcher, trained = trainer.fit_loop._data_fetcher, trainer.fit_loop.epoch_loop.batch_progress.current.completed
    assert fetcher is not None
    iter(fetcher)
    for _ in range(trained):
        next(fetcher)
    fetcher.fetched -= trained  # Lightning adds the trained batches to this count
