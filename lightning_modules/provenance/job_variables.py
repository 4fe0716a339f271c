"""Define the environment variables that name the Snakemake job of a training. Snakemake's main process imports this."""

from __future__ import annotations

from collections.abc import Mapping

RULE = "PROBAND_RULE"  # the name of the training rule
EXECUTOR = "PROBAND_EXECUTOR"  # where the build runs its trainings


def executor_name(is_submitted: bool, environ: Mapping[str, str]) -> str:
    """Return where a training runs. Snakemake does not tell a submitted job which executor submitted it."""
    if not is_submitted:
        return "local"
    return "slurm" if "SLURM_JOB_ID" in environ else "submitted"
