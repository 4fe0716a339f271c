"""Measure the time, memory and processor use of a run."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.profilers import Profiler
from lightning.pytorch.utilities.data import extract_batch_size

_LOADING_ACTION = "train_dataloader_next"  # Lightning's name for waiting for the next training batch


class LoadingProfiler(Profiler):
    """Measures how long the training waits for its data loader."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._started: float | None = None

    def start(self, action_name: str) -> None:
        if action_name.endswith(_LOADING_ACTION):
            self._started = time.perf_counter()

    def stop(self, action_name: str) -> None:
        if action_name.endswith(_LOADING_ACTION) and self._started is not None:
            self.seconds += time.perf_counter() - self._started


class SystemMetrics(Callback):
    """Counts samples and measures the duration of the phases of a run. The clock starts when the object is created.

    If the training resumes from a checkpoint, only the part after `resumed_from_step` is measured.
    """

    def __init__(self, resumed_from_step: int | None = None) -> None:
        self.resumed_from_step = resumed_from_step
        self.loading = LoadingProfiler()
        self.train_samples = 0
        self.test_samples = 0
        self._started: dict[str, float] = {}
        self._ended: dict[str, float] = {}
        self._wall_start, self._cpu_start = time.perf_counter(), _cpu_seconds()

    @contextmanager
    def fitting(self) -> Iterator[None]:
        """Measure the block as the fit, for a training without Lightning's trainer."""
        self._started["fit"] = time.perf_counter()
        try:
            yield
        finally:
            self._ended["fit"] = time.perf_counter()

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._started["fit"] = time.perf_counter()

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._ended["fit"] = time.perf_counter()

    def on_test_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._started["test"] = time.perf_counter()

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

    def to_json(self) -> dict[str, Any]:
        """Return the content of `system_metrics.json`, as of now.

        `cpu_percent` is processor time divided by wall time: two busy cores give 200. `peak_rss_bytes` is the largest
        resident set size of this process since it started. `fit_seconds` includes validation. `samples_per_second` is
        the number of training samples divided by `fit_seconds`. `data_loading_seconds` is null if the trainer of the
        config has a profiler, because a trainer takes only one. `train_samples` is null if nothing counts them, as in a
        training without Lightning.
        """
        wall, fit_seconds = time.perf_counter() - self._wall_start, self._seconds("fit")
        return {
            "resumed_from_step": self.resumed_from_step,
            "wall_seconds": wall,
            "fit_seconds": fit_seconds,
            "test_seconds": self._seconds("test"),
            "data_loading_seconds": self.loading.seconds if self.loading.seconds else None,
            "train_samples": self.train_samples or None,
            "samples_per_second": self.train_samples / fit_seconds if self.train_samples and fit_seconds else None,
            "cpu_percent": 100 * (_cpu_seconds() - self._cpu_start) / wall,
            "peak_rss_bytes": _peak_rss_bytes(),
            "torch_threads": torch.get_num_threads(),
            "host_cores": os.cpu_count(),
            **_gpu_metrics(),
        }

    def _seconds(self, phase: str) -> float:
        """Return the duration of a phase: until now if it did not end, 0 if it did not start."""
        now = time.perf_counter()
        return self._ended.get(phase, now) - self._started.get(phase, now)


def _cpu_seconds() -> float:
    """Return the processor time of this process and of its finished children, which load data."""
    return sum(os.times()[:4])


def _peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS reports bytes, Linux reports KiB


def _gpu_metrics() -> dict[str, Any]:
    if not torch.cuda.is_available():
        return {"gpu_count": 0}
    return {
        "gpu_count": torch.cuda.device_count(),
        "gpu_name": torch.cuda.get_device_name(),
        "gpu_peak_memory_bytes": torch.cuda.max_memory_allocated(),
    }
