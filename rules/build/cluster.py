"""What a training asks of a scheduler, and how short trainings share one job of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from compiler.base.identity import digest
from compiler.plan.planned_run import PlannedRun, RunJob
from compiler.spec.resources import Resources
from rules.build.workflow import ATTEMPTS, Workflow

# Snakemake's names, and those of the SLURM executor (`gpu`, `slurm_…`), for the resources of a config.
_NAMES = {
    "mem_mb": "mem_mb",
    "runtime": "runtime",
    "gpus": "gpus",
    "gpu": "gpus",
    "slurm_partition": "partition",
    "slurm_account": "account",
}
_TURN = "turn"


class Cluster:
    """The trainings of a plan as Snakemake submits them.

    Args:
        snakemake: Snakemake's workflow. Which executor it gets it does not know yet when the rules are read, but
            `--jobs` it does, and only executors that submit are given that.
        lab: the plan.
        begin_pack: called before the first training in a job of several, with its run.
    """

    def __init__(self, snakemake: Any, lab: Workflow, begin_pack: Callable[[str], object]) -> None:
        self._snakemake, self._lab, self._begin_pack = snakemake, lab, begin_pack
        self._submits = snakemake.resource_settings.nodes is not None
        self._packs = {name: run.resources.pack for run in lab.entries if (name := _pack(run))}
        if self._packs and (self._submits or snakemake.remote_exec):
            snakemake.resource_scopes.update({_TURN: "local"})  # counted within a job, not among jobs
            snakemake.global_resources[_TURN] = 1

    @property
    def asked(self) -> dict[str, Any]:
        """The resources of a training. What no run asks for is left out, so that the default of a profile holds."""
        runs = self._lab.entries
        wanted = {name: key for name, key in _NAMES.items() if any(getattr(run.resources, key) for run in runs)}
        found = {name: self._lab.resource(key) for name, key in wanted.items()}
        if self._submits and found:
            found["mem_mb"] = _growing(found["mem_mb"])
        return found | ({_TURN: self._turn} if self._packs else {})

    @property
    def retries(self) -> int:
        """The main process tries again, with more memory. A rule's own number would also hold within the job."""
        return 0 if self._snakemake.remote_exec else ATTEMPTS - 1

    @property
    def group(self) -> Any:
        """The pack that a training belongs to, if it is one of those that share a job."""
        return self._group if self._packs else None

    def _group(self, wildcards: Any) -> str | None:
        """Asked for while jobs are grouped. Snakemake has made its settings by then, and not yet used these."""
        settings = self._snakemake.group_settings
        settings.group_components = {**self._packs, **settings.group_components}  # a user's own win
        return _pack(self._lab.entry(wildcards))

    def _turn(self, wildcards: Any) -> int:
        """One run at a time in a job, so that it asks for what one run does; and on with the next when one crashed.

        Asked for before a job's first run, when Snakemake knows how many there are.
        """
        workflow = self._snakemake
        if workflow.remote_exec and not self._submits:  # not the step that only starts us
            workflow.scheduler.keepgoing = True  # which has read the setting of this name already
            if len(workflow.dag_settings.target_jobs) > 1:
                self._begin_pack(wildcards.run)
        return 1


def _pack(run: PlannedRun | RunJob) -> str | None:
    """Only runs that ask for the same share a job."""
    return _named(run.resources) if run.resources.pack > 1 else None


@cache
def _named(resources: Resources) -> str:
    return f"pack{resources.pack}_{digest(resources.to_json())}"


def _growing(memory: Any) -> Callable[[Any, int], int]:
    """More at each attempt: what was killed for want of memory would be killed again.

    Only where jobs are submitted, because such a function costs too much in a dry run of ten thousand jobs.
    """
    return lambda wildcards, attempt: attempt * (memory(wildcards) if callable(memory) else memory)
