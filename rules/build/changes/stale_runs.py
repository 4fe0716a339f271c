"""Find finished runs that were trained with other code, and make Snakemake train them again.

Snakemake notices changed code by the parameters that it recorded in `.snakemake/`. This folder may be missing, and
`--rerun-triggers mtime` ignores it. Therefore the fingerprint in the provenance of each run decides.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

from compiler.base.paths import Lab
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import read_complete_status
from lightning_modules.run_store.reuse import restore_status
from rules.build.build_plan import BuildPlan

_SNAKEMAKE_RECORDS = Path(".snakemake/metadata")


def find_stale_runs(plan: BuildPlan, experiments: Collection[str]) -> tuple[str, ...]:
    """Return the finished runs of experiments whose recorded fingerprint is not that of the current code."""
    planned = (plan.compiled.experiments[name] for name in experiments)
    runs = dict.fromkeys(run for experiment in planned for run in experiment.runs)
    return tuple(run for run in runs if _is_stale(plan.lab, run, plan.compiled.runs[run].fingerprint))


def report_stale_runs(lab: Lab, runs: Collection[str]) -> None:
    """Print a line for a command that writes nothing, if Snakemake has no records from which it would list the runs."""
    if runs and not (lab.root / _SNAKEMAKE_RECORDS).is_dir():
        count = "1 run was" if len(runs) == 1 else f"{len(runs)} runs were"
        print(f"{count} trained with other code than the current one; a build trains them again", file=sys.stderr)


def forget_statuses(lab: Lab, runs: Collection[str]) -> None:
    """Remove the status of stale runs, so that they count as not trained. A copy keeps it until they are replaced."""
    for run in runs:
        lab.status(run).unlink(missing_ok=True)


def restore_statuses(lab: Lab, runs: Collection[str]) -> None:
    """Restore the status of runs that this build did not replace, because it was interrupted or their training failed.

    Their files are complete. If the code is changed back, they need no training.
    """
    for run in runs:
        if not lab.status(run).exists() and read_complete_status(lab.status_copy(run)) is not None:
            restore_status(lab, run)


def _is_stale(lab: Lab, run: str, fingerprint: str) -> bool:
    if not lab.status(run).is_file():
        return False
    trained = recorded_fingerprint(lab.run(run))
    return trained is not None and trained != fingerprint
