"""Compile the plan of a build when no other build uses its experiments."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import snakemake.workflow

from rules.build.before_plan.build_command import is_build
from rules.build.build_plan import BuildPlan
from rules.build.changes.changed_runs import requested_experiments
from rules.build.locks.experiment_locks import acquire_experiments, repeats_finished_runs
from rules.build.locks.write_access import check_access
from rules.build.targets import Targets

_RECORDS = ("metadata", "incomplete")  # of Snakemake, which it reads to decide which jobs have to run


def free_plan(workflow: Any, overrides: object) -> BuildPlan:
    """Return the plan of Snakemake's workflow. A build waits here for other builds of its experiments.

    Raises:
        WorkflowError: A spec is wrong, or a build cannot write to the lab.
    """
    plan = BuildPlan(overrides, is_main=workflow.is_main_process)
    if not workflow.is_main_process or not is_build(sys.argv):
        return plan
    if workflow.output_settings.dryrun:
        if plan.is_read_only:
            _set_records(path=_copied_records(workflow))
        return plan
    _set_records(nolock=True)  # the locks of the experiments take its place
    if workflow.remote_exec:
        return plan
    check_access(plan.lab)
    while not _acquire(plan):
        plan = BuildPlan(overrides, is_main=True)
    return plan


def _acquire(plan: BuildPlan) -> bool:
    names = requested_experiments(Targets(plan), sys.argv)
    locks = acquire_experiments(plan.lab, plan.compiled, names, repeats_finished_runs(sys.argv))
    plan.locks = locks or []
    return locks is not None


def _copied_records(workflow: Any) -> Path:
    """Return a copy of `.snakemake/` for a dry run of a lab that can only be read: Snakemake creates folders there."""
    copy: Path = workflow.snakemake_tmp_dir / "records"
    for name in _RECORDS:
        source = Path(".snakemake") / name
        if source.is_dir():
            shutil.copytree(source, copy / name)
    return copy


def _set_records(**options: Any) -> None:
    """Set how Snakemake keeps its records. It has settings for these options, but creates them after the Snakefile."""
    original = snakemake.workflow.FilePersistence
    snakemake.workflow.FilePersistence = lambda **others: original(**others | options)
