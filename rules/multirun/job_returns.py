"""Runs as Hydra's sweepers are told of them."""

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
from rules.results.run_record import run_record


class RunNotTrained(CompactHydraException):
    """The build ended before a job was trained, or did not train it again with today's code."""

    def __init__(self, run: str, reason: str) -> None:
        super().__init__(f"run {run} was not trained: {reason}")
        self.run = run


def job_return(one: PlannedJob, number: int, config: DictConfig, code: int, lab: Lab) -> JobReturn:
    """What came of a job, told from the files of its run alone: a missed gate takes nothing from it.

    Args:
        config: the one that Hydra composed for the whole sweep.
        code: the exit code of the build.
    """
    result = JobReturn(
        overrides=list(one.job.overrides),
        cfg=OmegaConf.create(dict(read_run_job(lab.run_job(one.run)).config)),
        hydra_cfg=_hydra_config(one, number, config, lab),
        working_dir=str(lab.run(one.run)),
        task_name=config.hydra.job.name,
    )
    result.status, result.return_value = _outcome(one, code, lab)
    return result


def _outcome(one: PlannedJob, code: int, lab: Lab) -> tuple[JobStatus, Any]:
    found = run_state(lab, one.run, one.fingerprint)
    if found.state == "done":
        return JobStatus.COMPLETED, run_record(lab, one.run).metrics.get(one.metric)
    if found.state == "failed":
        kind, _, message = found.reason.partition(": ")
        return JobStatus.FAILED, RunFailed(one.run, kind, message, lab.run(one.run))
    reason = f"Snakemake ended with exit code {code} before it"
    if found.state == "stale":
        reason = f"what is there is of other code than today's; remove {lab.run(one.run)} to train it again"
    return JobStatus.FAILED, RunNotTrained(one.run, reason)


def _hydra_config(one: PlannedJob, number: int, config: DictConfig, lab: Lab) -> DictConfig:
    """Hydra's own node as its basic launcher has it for each job."""
    own = OmegaConf.create({"hydra": copy.deepcopy(config.hydra)})
    job = own.hydra.job
    with flag_override(own, "readonly", False), open_dict(own):
        job.id, job.num = number, number
        job.override_dirname = _dirname(one, job.config.override_dirname)
        own.hydra.overrides.task = list(one.job.overrides)
        own.hydra.runtime.output_dir = str(lab.run(one.run).absolute())
    return own


def _dirname(one: PlannedJob, about: DictConfig) -> str:
    words = [text for text in one.job.overrides if re.split("[=@]", text.lstrip("+"))[0] not in about.exclude_keys]
    return str(about.item_sep).join(sorted(words)).replace("=", str(about.kv_sep))
