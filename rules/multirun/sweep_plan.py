"""Write a batch of Hydra jobs as specs and compile them, so that they become experiments like any other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.identity import canonical
from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.experiment.compile_experiment import read_spec
from compiler.plan import print_plan
from compiler.plan.model import Plan
from compiler.runs.toolchain import Toolchain
from rules.multirun.build_sweep_spec import build_sweep_spec
from rules.multirun.sweep_jobs import Job, identity, parse_job
from rules.multirun.sweep_spec import Command, SweepSpec, experiment_id
from rules.multirun.sweep_spec_text import spec_text


class BrokenSweep(Exception):
    """The jobs do not compile. The message contains the compiler's diagnostics."""


@dataclass(frozen=True)
class PlannedJob:
    """A job, its run, and the metric that its sweeper optimizes."""

    job: Job
    run: str
    fingerprint: str
    metric: str


@dataclass(frozen=True)
class PlannedBatch:
    """The experiments of a batch, and its jobs in the order of the request."""

    experiments: tuple[str, ...]
    jobs: tuple[PlannedJob, ...]


def plan_batch(
    batch: Sequence[Sequence[str]], default_experiment: str | None, command: Command, lab: Lab
) -> PlannedBatch:
    """Write one spec for each experiment that the batch varies, and return the runs of the jobs.

    Args:
        batch: the overrides of each job.
        default_experiment: the experiment of jobs that do not choose one.

    Raises:
        CompileError: a job cannot be written as a point of a spec, or the experiment that it varies is invalid.
        BrokenSweep: the written specs do not compile. They are removed again.
    """
    jobs = [parse_job(overrides, default_experiment) for overrides in batch]
    lock = lab.state / "locks" / "sweeps.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        specs, texts = _build_specs(jobs, command, lab)
        with _write_or_restore(texts):
            plan = _compile([spec.experiment_id for spec in specs.values()], lab)
    runs = {choice: _runs_by_settings(plan, spec.experiment_id) for choice, spec in specs.items()}
    return PlannedBatch(
        tuple(spec.experiment_id for spec in specs.values()),
        tuple(_planned_job(job, specs[job.experiment], runs[job.experiment], plan) for job in jobs),
    )


def _build_specs(
    jobs: Sequence[Job], command: Command, lab: Lab
) -> tuple[dict[str | None, SweepSpec], dict[Path, str]]:
    """Return the specs by the experiment that they vary, and the texts of their files."""
    specs: dict[str | None, SweepSpec] = {}
    texts: dict[Path, str] = {}
    tools = Toolchain(lab)
    for choice in dict.fromkeys(job.experiment for job in jobs):
        parent = read_spec(choice, tools) if choice else None
        name = experiment_id(parent.experiment_id if parent else None, command)
        _check_not_adopted(name, lab)
        file = lab.sweep(name)
        existing = file.read_text(encoding="utf-8") if file.is_file() else None
        jobs_of_choice = [job for job in jobs if job.experiment == choice]
        specs[choice] = build_sweep_spec(name, choice, parent, jobs_of_choice, command, existing)
        texts[file] = spec_text(specs[choice], command, existing)
    return specs, texts


def _check_not_adopted(name: str, lab: Lab) -> None:
    """Raise CompileError if the sweep was moved to conf/experiment. Such a spec is edited by people only."""
    file = lab.conf / "experiment" / f"{name}.yaml"
    if file.is_file():
        problem = "this sweep is now a spec of the lab"
        raise CompileError([Diagnostic(str(file), 1, 1, "", problem, f"build it with: snakemake --cores all {name}")])


@contextmanager
def _write_or_restore(texts: Mapping[Path, str]) -> Iterator[None]:
    """Write files, and restore their former state if the block raises."""
    former_texts = {file: file.read_text(encoding="utf-8") if file.is_file() else None for file in texts}
    try:
        for file, text in texts.items():
            write_text(file, text)
        yield
    except BaseException:
        for file, former in former_texts.items():
            file.unlink(missing_ok=True) if former is None else write_text(file, former)
        raise


def _compile(names: Sequence[str], lab: Lab) -> Plan:
    """Compile in a new process, because `${now:}` would be resolved in a process that Hydra runs."""
    command = [sys.executable, "-m", print_plan.__name__]
    process = subprocess.run(command, cwd=lab.root, capture_output=True, text=True, check=False)
    if not process.stdout:
        raise BrokenSweep(process.stderr.strip())
    plan = Plan.from_json(json.loads(process.stdout))
    broken = [line for name in names for key in (name, f"{name}.yaml") for line in plan.broken.get(key, ())]
    if broken:
        raise BrokenSweep("\n".join(dict.fromkeys(map(_locate_in_overrides, broken))))
    return plan


def _locate_in_overrides(line: str) -> str:
    """Replace the position in a generated file, which is removed again, by `overrides`."""
    return re.sub(
        r"^results/sweeps/experiment/[^:]+:\d+:\d+: (experiment\.(sweep\.list\[\d+\]\.|config\.))?", "overrides: ", line
    )


def _runs_by_settings(plan: Plan, name: str) -> dict[bytes, str]:
    return {canonical(point.overrides): point.run for point in plan.experiments[name].points}


def _planned_job(job: Job, spec: SweepSpec, runs: Mapping[bytes, str], plan: Plan) -> PlannedJob:
    run = runs[identity(spec.point(job))]
    return PlannedJob(job, run, plan.runs[run].fingerprint, spec.metric)
