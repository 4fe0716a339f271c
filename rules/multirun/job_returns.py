"""Convert runs to the JobReturns that Hydra sweepers read."""

from __future__ import annotations

import copy
import re
from typing import Any

from hydra.core.utils import JobReturn, JobStatus
from hydra.errors import CompactHydraException
from omegaconf import DictConfig, OmegaConf, flag_override, open_dict

from compiler.base.paths import Lab
from compiler.plan.planned_run import read_run_job
from compiler.view.status import run_state
from lightning_modules.failures.run_failed import RunFailed
from rules.multirun.sweep_plan import PlannedJob
from rules.results.run_record import read_run


class RunNotTrained(CompactHydraException):
    """The build ended before it trained a run with the current code."""

    def __init__(self, run: str, reason: str) -> None:
        super().__init__(f"run {run} was not trained: {reason}")
        self.run = run


def job_return(job: PlannedJob, number: int, config: DictConfig, exit_code: int, lab: Lab) -> JobReturn:
    """Return the result of a job, from the files of its run. A failed gate does not affect it.

    Args:
        config: the config that Hydra composed for the whole sweep.
        exit_code: the exit code of the build.
    """
    result = JobReturn(
        overrides=list(job.job.overrides),
        cfg=OmegaConf.create(dict(read_run_job(lab.run_job(job.run)).config)),
        hydra_cfg=_hydra_config(job, number, config, lab),
        working_dir=str(lab.run(job.run)),
        task_name=config.hydra.job.name,
    )
    result.status, result.return_value = _status_and_value(job, exit_code, lab)
    return result


def _status_and_value(job: PlannedJob, exit_code: int, lab: Lab) -> tuple[JobStatus, Any]:
    """Return the metric of a completed run, or an exception that Hydra raises when the value is read."""
    run = run_state(lab, job.run, job.fingerprint)
    if run.state == "done":
        return JobStatus.COMPLETED, read_run(lab, job.run).metrics.get(job.metric)
    if run.state == "failed":
        kind, _, message = run.reason.partition(": ")
        return JobStatus.FAILED, RunFailed(job.run, kind, message, lab.run(job.run))
    reason = f"Snakemake ended with exit code {exit_code} before training it"
    if run.state == "stale":
        reason = f"the existing run was trained with other code (to train it again, remove {lab.run(job.run)})"
    return JobStatus.FAILED, RunNotTrained(job.run, reason)


def _hydra_config(job: PlannedJob, number: int, config: DictConfig, lab: Lab) -> DictConfig:
    """Return the `hydra` node of a job, as Hydra's basic launcher sets it."""
    job_config = OmegaConf.create({"hydra": copy.deepcopy(config.hydra)})
    hydra_job = job_config.hydra.job
    with flag_override(job_config, "readonly", False), open_dict(job_config):
        hydra_job.id, hydra_job.num = number, number
        hydra_job.override_dirname = _override_dirname(job, hydra_job.config.override_dirname)
        job_config.hydra.overrides.task = list(job.job.overrides)
        job_config.hydra.runtime.output_dir = str(lab.run(job.run).absolute())
    return job_config


def _override_dirname(job: PlannedJob, options: DictConfig) -> str:
    overrides = [
        text for text in job.job.overrides if re.split("[=@]", text.lstrip("+"))[0] not in options.exclude_keys
    ]
    return str(options.item_sep).join(sorted(overrides)).replace("=", str(options.kv_sep))
