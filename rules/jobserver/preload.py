"""Import the modules that jobs use: those of trainings before the server forks its first job, the others meanwhile."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from importlib import import_module

from rules.jobserver.foreign_packages import foreign_packages

# By name, because the jobs are a layer above the server.
FIRST = ("rules.jobs.train", "rules.jobs.data", "lightning_modules.run_store.train_run")
# Imported while trainings run. A job that starts earlier imports in its own process what is missing.
LATE = (
    "rules.jobs.record",
    "rules.jobs.genealogy",
    "rules.jobs.evidence",
    "rules.jobs.deliverable",
    "lightning_modules.checks.model_checkpoint",
    "rules.jobs.results",
    "rules.jobs.gate",
    "rules.jobs.stage",
)
# The same, if the build writes analyses or reports.
DOCUMENTS = (
    "rules.jobs.facts",
    "rules.jobs.agenda",
    "rules.jobs.analysis",
    "rules.jobs.integration",
    "rules.jobs.quality_review",
    "rules.jobs.report",
    "agents.analysts.performance_analysis",
    "agents.analysts.ablation_study",
    "agents.analysts.baseline_comparison",
    "agents.writers.technical_report",
    "agents.writers.blog_post",
    "agents.writers.paper_draft",
    "compiler.experiment.compile_experiment",  # proposed specs are compiled
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "bibtexparser",
    "markdown_it",
    "pypandoc",
    "typst",
    "statsmodels.formula.api",
    "statsmodels.stats.anova",
)
# Slow to import: the first imports torch, the others import pandas.
_OF_ONE_JOB = ("lightning_modules.checks.model_checkpoint", "statsmodels.formula.api", "statsmodels.stats.anova")


def preload() -> None:
    """Import the modules of trainings, without any code of the lab.

    Python collects no garbage meanwhile, which would take a seventh of the time, because imports leave little.
    """
    gc.disable()
    try:
        for name in FIRST:
            import_module(name)
        from lightning_modules.training.recorded_training import preload as preload_training

        preload_training()
    finally:
        gc.enable()


def preload_without_trainings(has_documents: bool) -> None:
    """Import what the jobs after the trainings use, except what only one of them needs."""
    for name in (*LATE, *(DOCUMENTS if has_documents else ())):
        if name not in _OF_ONE_JOB:
            import_late(name)


def preload_lab(modules: Iterable[str]) -> None:
    """Import modules of the lab's models and data sets. If one is wrong, the job that needs it reports the error."""
    with foreign_packages():
        for name in modules:
            try:
                import_module(name)
            except Exception as error:
                print(f"{name} is not preloaded: {type(error).__name__}: {error}", file=sys.stderr)
    gc.freeze()


def import_late(name: str) -> None:
    """Import one module of `LATE`. If that fails, the jobs that need it report the error."""
    try:
        import_module(name)
    except Exception as error:
        print(f"{name} is not preloaded: {type(error).__name__}: {error}", file=sys.stderr)
    gc.freeze()


def is_forkable() -> bool:
    """Return whether children of this process can use a GPU, which they cannot once it has initialized CUDA."""
    import torch

    return not torch.cuda.is_initialized()
