"""Measure how the cost of planning grows with the size of a plan, and the overhead of a cluster job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.base.paths import ENGINE
from compiler.plan.plan_files import current_plan
from tests.bench.labs import snakemake, wide_lab
from tests.bench.measure import Cost, Row, cost_of

SIZES = (10_000, 50_000)
# Options with which the executor starts a job. On SLURM, a job consists of two such processes, one inside the other.
_REMOTE = "--mode remote --cores all --force --retries 0 --no-hooks --nolock --ignore-incomplete --scheduler greedy"


def scaling(scratch: Path) -> Iterator[Row]:
    for size in SIZES:
        lab = wide_lab(scratch / f"scaling{size}", size)
        plan = current_plan(lab)
        cost = cost_of([*snakemake(lab), "--dry-run"], lab.root)
        measured = f"{cost}, {cost.megabytes:.0f} MB; {per_thousand(cost.seconds, cost.megabytes, size)}"
        yield Row(f"Dry run of {size:,} runs", measured, "≤ 2 s and ≤ 40 MB per thousand runs", _is_linear(cost, size))
        job = cost_of(_one_job(next(iter(plan.runs))), lab.root, times=3)
        seconds, wall = 2 * job.seconds, 2 * job.wall
        measured = f"{seconds:.1f} s ({wall:.1f} s wall time) in two processes, {job.megabytes:.0f} MB"
        reached = seconds < 3 and job.megabytes < 300
        yield Row(f"Cluster job before its training, plan of {size:,} runs", measured, "< 3 s and < 300 MB", reached)


def per_thousand(seconds: float, megabytes: float, runs: int) -> str:
    return f"{1000 * seconds / runs:.2f} s and {1000 * megabytes / runs:.1f} MB per thousand runs"


def _is_linear(cost: Cost, size: int) -> bool:
    return 1000 * cost.seconds / size <= 2 and 1000 * cost.megabytes / size <= 40


def _one_job(run: str) -> list[str]:
    snakefile = ["--snakefile", str(ENGINE / "Snakefile"), "--target-jobs", f"train:run={run}"]
    return [sys.executable, "-m", "snakemake", *snakefile, "--allowed-rules", "_train", *_REMOTE.split(), "--dry-run"]
