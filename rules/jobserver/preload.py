"""Import the modules that jobs use, before the server forks its first job."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module

from rules.jobserver.foreign_packages import foreign_packages

# Modules in rules/jobs, by name because the jobs are a layer above the server.
JOBS = ("data", "deliverable", "evidence", "gate", "genealogy", "record", "results", "train")


def preload(modules: Iterable[str] = ()) -> bool:
    """Import the modules of the jobs, and return whether this process can still be forked safely.

    Args:
        modules: modules of the lab's models and data sets. If one cannot be imported, the job that needs it reports
            the error in its own log.
    """
    for job in JOBS:
        import_module(f"rules.jobs.{job}")
    with foreign_packages():
        for name in modules:
            try:
                import_module(name)
            except Exception as error:
                print(f"{name} is not preloaded: {type(error).__name__}: {error}", file=sys.stderr)
    _preload_late_imports()
    return not _is_cuda_initialized()


def _preload_late_imports() -> None:
    """Import the modules that jobs import inside functions, because these imports take seconds."""
    import lightning_modules.checks.model_checkpoint
    import lightning_modules.run_store.train_run  # noqa: F401
    from lightning_modules.training.recorded_training import preload as preload_training

    preload_training()


def _is_cuda_initialized() -> bool:
    """Return whether this process has initialized CUDA, after which forked children cannot use a GPU."""
    import torch

    return bool(torch.cuda.is_initialized())
