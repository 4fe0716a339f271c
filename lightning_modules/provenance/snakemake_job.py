"""Describe the Snakemake job that runs this training."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.runs.provenance_parts import Distribution, SnakemakeJob
from lightning_modules.provenance.job_variables import EXECUTOR, RULE


def snakemake_job(environ: Mapping[str, str], installed: Mapping[str, Distribution]) -> SnakemakeJob | None:
    """Return the job, None for a training that no rule started, such as one of the command line of Hydra."""
    if RULE not in environ:
        return None
    snakemake = installed.get("snakemake")
    return SnakemakeJob(snakemake.version if snakemake else None, environ[RULE], environ.get(EXECUTOR))
