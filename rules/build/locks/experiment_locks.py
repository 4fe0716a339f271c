"""Let builds of different experiments run at once, and builds of the same experiment one after the other.

A build locks its experiments, and those that share a run with them that is not trained yet. Another build of one of
these waits, so that no build trains a run or deletes an output that another one is using. Snakemake's own lock would
refuse the second build, because all builds write `results/genealogy.json`.
"""

from __future__ import annotations

import fcntl
import os
import platform
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.runs.recorded_fingerprint import recorded_fingerprint


def acquire_experiments(lab: Lab, plan: Plan, names: Collection[str], repeats_runs: bool) -> list[int] | None:
    """Lock the experiments of a build until this process ends, and return the open files of the locks.

    Return None if this process had to wait for another build. The plan may have changed since, so the caller compiles
    it and calls this function again. Nothing is held while it waits, so that two builds never wait for each other.

    Args:
        names: the experiments that the build names.
        repeats_runs: whether the build trains finished runs again.
    """
    descriptors: list[int] = []
    for name in sorted(affected_experiments(lab, plan, names, repeats_runs)):
        if (descriptor := try_lock(lab, name)) is None:
            for held in descriptors:
                os.close(held)
            _wait(lab, name)
            return None
        descriptors.append(descriptor)
    return descriptors


def try_lock(lab: Lab, name: str) -> int | None:
    """Lock an experiment, and return the open file of the lock. Return None if another process holds it."""
    descriptor = _open(lab.build_lock(name))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()} on {platform.node()}".encode(), 0)
    return descriptor


def affected_experiments(lab: Lab, plan: Plan, names: Iterable[str], repeats_runs: bool) -> set[str]:
    """Return the experiments, and those that share a run with them that the build may train."""
    experiments = [plan.experiments[name] for name in names if name in plan.experiments]
    runs = {run for experiment in experiments for run in experiment.runs}
    to_train = {run for run in runs if repeats_runs or not _is_finished(lab, plan, run)}
    return {experiment.id for experiment in experiments} | {
        user for run in to_train for user in plan.runs[run].experiments
    }


def repeats_finished_runs(words: Collection[str]) -> bool:
    """Return whether a command of Snakemake asks for jobs again whose outputs exist."""
    return any(word.startswith(("--force", "-F", "-R", "-f", "--rerun-triggers")) for word in words)


def _is_finished(lab: Lab, plan: Plan, run: str) -> bool:
    if lab.machine_failure_mark(run).exists() or readable_object(lab.status(run)) is None:
        return False
    return recorded_fingerprint(lab.run(run)) == plan.runs[run].fingerprint


def _open(file: Path) -> int:
    file.parent.mkdir(parents=True, exist_ok=True)
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o666)


def _wait(lab: Lab, name: str) -> None:
    """Wait until no other process holds the lock of an experiment."""
    file = lab.build_lock(name)
    descriptor = _open(file)
    holder = file.read_text(encoding="utf-8", errors="replace").strip() or "another process"
    message = f"{name}: another build ({holder}) builds it or trains runs of it; waiting for that build to finish"
    print(message, file=sys.stderr, flush=True)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.close(descriptor)
