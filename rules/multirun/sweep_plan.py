"""A batch of Hydra's jobs written down as specs and compiled, so that a sweep enters at the front like any other."""

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
from compiler.experiment.experiment import read_spec
from compiler.plan import print_plan
from compiler.plan.model import Plan
from compiler.runs.toolchain import Toolchain
from rules.multirun.sweep_jobs import Job, identity, parsed_job
from rules.multirun.sweep_spec import Command, SweepSpec, experiment_id, spec_text, sweep_spec


class BrokenSweep(Exception):
    """What the jobs ask for does not compile. Its text is the compiler's."""


@dataclass(frozen=True)
class PlannedJob:
    """A job, the run that it is, and the metric that its sweeper is told of."""

    job: Job
    run: str
    fingerprint: str
    metric: str


@dataclass(frozen=True)
class Batch:
    experiments: tuple[str, ...]
    jobs: tuple[PlannedJob, ...]  # as asked for


def planned(batch: Sequence[Sequence[str]], chosen: str | None, command: Command, lab: Lab) -> Batch:
    """The runs of a batch, whose experiments are then specs of the lab: one for each experiment that is varied.

    Args:
        chosen: the experiment that jobs vary which choose none themselves.

    Raises:
        CompileError: a job says what no spec can, or varies an experiment that is wrong itself.
        BrokenSweep: what was written does not compile; nothing of it is left.
    """
    jobs = [parsed_job(overrides, chosen) for overrides in batch]
    lock = lab.state / "locks" / "sweeps.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        specs, texts = _specs(jobs, command, lab)
        with _written(texts):
            plan = _compiled([spec.experiment_id for spec in specs.values()], lab)
    found = {choice: _runs(plan, spec.experiment_id) for choice, spec in specs.items()}
    return Batch(
        tuple(spec.experiment_id for spec in specs.values()),
        tuple(_planned(job, specs[job.experiment], found[job.experiment], plan) for job in jobs),
    )


def _specs(jobs: Sequence[Job], command: Command, lab: Lab) -> tuple[dict[str | None, SweepSpec], dict[Path, str]]:
    """By the experiment that is varied, and as files."""
    specs: dict[str | None, SweepSpec] = {}
    texts: dict[Path, str] = {}
    tools = Toolchain(lab)
    for choice in dict.fromkeys(job.experiment for job in jobs):
        parent = read_spec(choice, tools) if choice else None
        name = experiment_id(parent.experiment_id if parent else None, command)
        _expect_ours(name, lab)
        file = lab.sweep(name)
        known = file.read_text(encoding="utf-8") if file.is_file() else None
        own = [job for job in jobs if job.experiment == choice]
        specs[choice] = sweep_spec(name, choice, parent, own, command, known)
        texts[file] = spec_text(specs[choice], command, known)
    return specs, texts


def _expect_ours(name: str, lab: Lab) -> None:
    """A sweep that somebody took over into conf/ is theirs, and is not written to."""
    file = lab.conf / "experiment" / f"{name}.yaml"
    if file.is_file():
        told = "this sweep is a spec of the lab's own by now"
        raise CompileError([Diagnostic(str(file), 1, 1, "", told, f"build it with: snakemake --cores all {name}")])


@contextmanager
def _written(texts: Mapping[Path, str]) -> Iterator[None]:
    """Puts files in place, and all back as it was where what is done with them fails."""
    before = {file: file.read_text(encoding="utf-8") if file.is_file() else None for file in texts}
    try:
        for file, text in texts.items():
            write_text(file, text)
        yield
    except BaseException:
        for file, known in before.items():
            file.unlink(missing_ok=True) if known is None else write_text(file, known)
        raise


def _compiled(names: Sequence[str], lab: Lab) -> Plan:
    """The plan, made by a process of its own: inside a program of Hydra's, `${now:}` would have a value."""
    command = [sys.executable, "-m", print_plan.__name__]
    done = subprocess.run(command, cwd=lab.root, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise BrokenSweep(done.stderr.strip())
    plan = Plan.from_json(json.loads(done.stdout))
    broken = [line for name in names for key in (name, f"{name}.yaml") for line in plan.broken.get(key, ())]
    if broken:
        raise BrokenSweep("\n".join(dict.fromkeys(map(_as_asked, broken))))
    return plan


def _as_asked(line: str) -> str:
    """A mistake in a file that goes again, as one of the overrides that it was written from."""
    return re.sub(
        r"^results/sweeps/experiment/[^:]+:\d+:\d+: (experiment\.(sweep\.list\[\d+\]\.|config\.))?", "overrides: ", line
    )


def _runs(plan: Plan, name: str) -> dict[bytes, str]:
    return {canonical(point.overrides): point.run for point in plan.experiments[name].points}


def _planned(job: Job, spec: SweepSpec, runs: Mapping[bytes, str], plan: Plan) -> PlannedJob:
    run = runs[identity(spec.row(job))]
    return PlannedJob(job, run, plan.runs[run].fingerprint, spec.metric)
