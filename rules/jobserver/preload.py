"""What the server imports before the first job."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module

JOBS = ("data", "deliverable", "evidence", "gate", "genealogy", "record", "results", "train")
_LATE = (
    "hydra.utils",
    "lightning_modules.run_store.train_run",
    "lightning_modules.checks.model_checkpoint",
    "agents.registered_test.comparison_check",
)


def preload(modules: Iterable[str] = ()) -> bool:
    """Import what jobs use, and `modules`, those of a lab's models and data. Whether it is safe to fork from here.

    A module that does not import is left to the job that needs it, which says so in its own log.
    """
    for name in (*(f"rules.jobs.{job}" for job in JOBS), *_LATE):
        import_module(name)
    for name in modules:
        try:
            import_module(name)
        except Exception as error:
            print(f"{name} is left to its jobs: {type(error).__name__}: {error}", file=sys.stderr)
    from lightning_modules.training.recorded_training import preload as preload_training

    preload_training()
    return not _is_cuda_initialized()


def _is_cuda_initialized() -> bool:
    """A child of a process that has used a GPU cannot use it."""
    import torch

    return bool(torch.cuda.is_initialized())
