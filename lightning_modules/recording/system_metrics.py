"""What a run cost: time, memory, processors."""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import Any

import torch
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.profilers import Profiler
from lightning.pytorch.utilities.data import extract_batch_size


class LoadingClock(Profiler):
    """Seconds that training waited for its data loader, which Lightning brackets by profiler actions."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._began: float | None = None

    def start(self, action_name: str) -> None:
        if action_name.endswith("train_dataloader_next"):
            self._began = time.perf_counter()

    def stop(self, action_name: str) -> None:
        if action_name.endswith("train_dataloader_next") and self._began is not None:
            self.seconds += time.perf_counter() - self._began


class Meter(Callback):
    """Counts samples and times the phases of one run, from its own making on.

    Of a run that goes on from a checkpoint it sees what comes after; `resumed_from_step` says so.
    """

    def __init__(self, resumed_from_step: int | None = None) -> None:
        self.resumed_from_step = resumed_from_step
        self.loading = LoadingClock()
        self.train_samples = 0
        self.test_samples = 0
        self._began: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds()

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._began["fit"] = time.perf_counter()

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._ended["fit"] = time.perf_counter()

    def on_test_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._began["test"] = time.perf_counter()

    def on_test_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._ended["test"] = time.perf_counter()

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        self.train_samples += extract_batch_size(batch) * trainer.world_size

    def on_test_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        self.test_samples += extract_batch_size(batch)

    def metrics(self) -> dict[str, Any]:
        """What the run has cost so far.

        `cpu_percent` is processor time over wall time, so two busy cores make 200. `peak_rss_bytes` is the largest
        resident set of this process since its start. `fit_seconds` includes validation. `samples_per_second` counts
        training samples over `fit_seconds`; `data_loading_seconds` is null when the trainer has a profiler of its own.
        """
        wall, fit_seconds = time.perf_counter() - self._wall, self._seconds("fit")
        return {
            "resumed_from_step": self.resumed_from_step,
            "wall_seconds": wall,
            "fit_seconds": fit_seconds,
            "test_seconds": self._seconds("test"),
            "data_loading_seconds": self.loading.seconds if self.loading.seconds else None,
            "train_samples": self.train_samples,
            "samples_per_second": self.train_samples / fit_seconds if fit_seconds else None,
            "cpu_percent": 100 * (_cpu_seconds() - self._cpu) / wall,
            "peak_rss_bytes": _peak_rss_bytes(),
            "torch_threads": torch.get_num_threads(),
            "host_cores": os.cpu_count(),
            **_gpu_metrics(),
        }

    def _seconds(self, phase: str) -> float:
        """Of a phase that is over, failed or never began."""
        now = time.perf_counter()
        return self._ended.get(phase, now) - self._began.get(phase, now)


def _cpu_seconds() -> float:
    """Of this process and of its finished children, which load data."""
    return sum(os.times()[:4])


def _peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux kibibytes


def _gpu_metrics() -> dict[str, Any]:
    if not torch.cuda.is_available():
        return {"gpu_count": 0}
    return {
        "gpu_count": torch.cuda.device_count(),
        "gpu_name": torch.cuda.get_device_name(),
        "gpu_peak_memory_bytes": torch.cuda.max_memory_allocated(),
    }
