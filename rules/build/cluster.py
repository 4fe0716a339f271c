"""Resources that a training requests from a scheduler, and packs of short trainings that share one job."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import cache
from typing import Any

from compiler.base.identity import digest
from compiler.plan.planned_run import PlannedRun, RunJob
from compiler.spec.resources import Resources
from lightning_modules.provenance.job_variables import EXECUTOR, executor_name
from lightning_modules.run_store.gpu_lease import GPUS
from rules.build.build_plan import BuildPlan
from rules.build.locks.local_gpus import SHARE, check_gpus, local_devices, share
from rules.build.run_values import ATTEMPTS, RunValues

# Names of resources in Snakemake and in its SLURM executor (`gpu`, `slurm_…`), and in a config.
_NAMES = {
    "mem_mb": "mem_mb",
    "runtime": "runtime",
    "gpus": "gpus",
    "gpu": "gpus",
    "slurm_partition": "partition",
    "slurm_account": "account",
}
# A resource of which each cluster job has one unit, so that the trainings of a pack run one after another.
_TURN = "turn"


class Cluster:
    """Resources, retries and packs of the trainings of a plan, for the training rule.

    Args:
        snakemake: Snakemake's workflow. It does not know its executor while it reads the rules, but it knows `--jobs`,
            which only executors that submit jobs are given.
        begin_pack: called before the first training in a job of several, with its run.
    """

    def __init__(self, snakemake: Any, plan: BuildPlan, values: RunValues, begin_pack: Callable[[str], object]) -> None:
        self._snakemake, self._plan, self._values, self._begin_pack = snakemake, plan, values, begin_pack
        self._submits = snakemake.resource_settings.nodes is not None
        self._is_in_job = snakemake.remote_exec and not self._submits  # False in the process that only starts a step
        os.environ[EXECUTOR] = executor_name(snakemake.remote_exec, os.environ)
        self._packs = {name: run.resources.pack for run in plan.runs if (name := _pack(run))}
        self._devices = self._local_devices()
        if self._packs and (self._submits or snakemake.remote_exec):
            snakemake.register_resource(_TURN, 1)

    @property
    def resources(self) -> dict[str, Any]:
        """The resources of a training. Those that no run sets are omitted, so that a profile's defaults apply."""
        names = {
            name: key for name, key in _NAMES.items() if any(getattr(run.resources, key) for run in self._plan.runs)
        }
        resources = {name: self._resource(key) for name, key in names.items()}
        if self._devices:
            resources[SHARE] = self._values.per_run(lambda run: share(run.resources.gpus))
        if self._submits and resources:
            resources["mem_mb"] = _memory_by_attempt(resources["mem_mb"])
        return resources | ({_TURN: self._turn} if self._packs else {})

    def _resource(self, key: str) -> Any:
        """Return a resource of runs. A scheduler only gives whole GPUs."""
        return (
            self._values.per_run(lambda run: math.ceil(run.resources.gpus))
            if key == "gpus"
            else self._values.resource(key)
        )

    def _local_devices(self) -> list[str]:
        """Return the GPUs that the trainings of a local build share, and limit Snakemake to them. Empty without any."""
        os.environ.pop(GPUS, None)  # of a build that has started this one
        runs = [run for run in self._plan.runs if run.resources.gpus]
        if self._submits or self._snakemake.remote_exec or not runs:
            return []
        devices = local_devices(os.environ)
        if devices:
            check_gpus(runs, devices)
            self._snakemake.register_resource(SHARE, 100 * len(devices))
            os.environ[GPUS] = ",".join(devices)
        return devices

    @property
    def retries(self) -> int:
        """The number of retries. It is 0 inside a job, because the main process retries the job with more memory."""
        return 0 if self._snakemake.remote_exec else ATTEMPTS - 1

    @property
    def group(self) -> Any:
        """A function that gives the pack of a training, or None if no run is packed."""
        return self._group if self._packs else None

    def _group(self, wildcards: Any) -> str | None:
        """Return the pack of a training, and set the sizes of all packs.

        A workflow has no other way to set the sizes of its groups. Snakemake calls this method after it has created
        its settings and before it uses them.
        """
        groups = self._snakemake.group_settings
        groups.group_components = {**self._packs, **groups.group_components}  # the user's sizes take precedence
        return _pack(self._plan.run(wildcards))

    def _turn(self, wildcards: Any) -> int:
        """Return 1, so that one training of a job runs at a time, and the job requests what one training needs.

        Snakemake evaluates this before the first training of a job, when it knows how many the job has. It does not
        pass `--keep-going` to jobs and has no other setting for it. The flag of the scheduler is set here, so that the
        job continues with the other trainings after one has crashed.
        """
        if self._is_in_job:
            self._snakemake.scheduler.keepgoing = True
            if len(self._snakemake.dag_settings.target_jobs) > 1:
                self._begin_pack(wildcards.run)
        return 1


def _pack(run: PlannedRun | RunJob) -> str | None:
    """Return the name of the pack of a run, None if it is not packed. Only runs with equal resources share a job."""
    return _pack_name(run.resources) if run.resources.pack > 1 else None


@cache
def _pack_name(resources: Resources) -> str:
    return f"pack{resources.pack}_{digest(resources.to_json())}"


def _memory_by_attempt(memory: Any) -> Callable[[Any, int], int]:
    """Return a function that multiplies the memory by the attempt, because a job killed for lack of memory needs more.

    Only used where jobs are submitted, because such a function costs too much in a dry run of ten thousand jobs.
    """
    return lambda wildcards, attempt: attempt * (memory(wildcards) if callable(memory) else memory)
