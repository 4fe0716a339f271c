"""How the cost of planning grows with the plan, and what a cluster job pays for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.base.paths import ENGINE
from compiler.plan.plan_files import current_plan
from tests.bench.labs import snakemake, wide_lab
from tests.bench.measure import Cost, Row, cost_of

SIZES = (10_000, 50_000)
# As the executor starts a job, but for running it: SLURM starts one such process, and that the one that trains.
_REMOTE = "--mode remote --cores all --force --retries 0 --no-hooks --nolock --ignore-incomplete --scheduler greedy"


def scaling(scratch: Path) -> Iterator[Row]:
    for size in SIZES:
        lab = wide_lab(scratch / f"scaling{size}", size)
        plan = current_plan(lab)
        cost = cost_of([*snakemake(lab), "--dry-run"], lab.root)
        told = f"{cost}, {cost.megabytes:.0f} MB; {per_thousand(cost.seconds, cost.megabytes, size)}"
        yield Row(f"Dry run of {size:,} runs", told, "≤ 2 s and ≤ 40 MB a thousand", _is_linear(cost, size))
        job = cost_of(_one_job(next(iter(plan.runs))), lab.root, times=3)
        told = f"{2 * job.seconds:.1f} s ({2 * job.clock:.1f} s by the clock) in two processes, {job.megabytes:.0f} MB"
        reached = 2 * job.seconds < 3 and job.megabytes < 300
        yield Row(f"A cluster job before its training, plan of {size:,} runs", told, "< 3 s and < 300 MB", reached)


def per_thousand(seconds: float, megabytes: float, runs: int) -> str:
    return f"{1000 * seconds / runs:.2f} s and {1000 * megabytes / runs:.1f} MB a thousand runs"


def _is_linear(cost: Cost, size: int) -> bool:
    return 1000 * cost.seconds / size <= 2 and 1000 * cost.megabytes / size <= 40


def _one_job(run: str) -> list[str]:
    snakefile = ["--snakefile", str(ENGINE / "Snakefile"), "--target-jobs", f"train:run={run}"]
    return [sys.executable, "-m", "snakemake", *snakefile, "--allowed-rules", "train", *_REMOTE.split(), "--dry-run"]
