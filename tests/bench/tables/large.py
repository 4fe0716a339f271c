"""Measure the dry run of a very large plan, and what a cluster job costs before its training starts."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from compiler.base.paths import ENGINE, Lab
from compiler.plan.plan_files import current_plan
from tests.bench.harness.bench_context import Bench
from tests.bench.harness.measure import cost_of
from tests.bench.harness.rows import Row
from tests.bench.labs import snakemake, wide_lab

# Options with which the executor starts a job. On SLURM, a job consists of two such processes, one inside the other.
_REMOTE = "--mode remote --cores all --force --retries 0 --no-hooks --nolock --ignore-incomplete --scheduler greedy"


def large_labs(bench: Bench) -> Iterator[Row]:
    for size in (bench.sizes.points, bench.sizes.large):
        lab = wide_lab(bench.new_folder("large"), size)
        plan = current_plan(lab)
        if size == bench.sizes.large:
            yield _dry_run(lab, size)
        job = cost_of(_job_command(next(iter(plan.runs))), lab.root, times=2)
        seconds, wall = 2 * job.seconds, 2 * job.wall
        result = f"{seconds:.1f} s ({wall:.1f} s wall time) in two processes, {job.megabytes:.0f} MB"
        reached = seconds < 3 and job.megabytes < 300
        name = f"Cluster job before its training, plan of {size:,} runs"
        values = {"seconds": seconds, "wall": wall, "megabytes": job.megabytes}
        yield Row(name, result, "< 3 s and < 300 MB", reached, values)


def _dry_run(lab: Lab, size: int) -> Row:
    cost = cost_of([*snakemake(lab), "--dry-run"], lab.root)
    seconds, megabytes = 1000 * cost.seconds / size, 1000 * cost.megabytes / size
    result = f"{cost}, {cost.megabytes:.0f} MB; {seconds:.2f} s and {megabytes:.1f} MB per thousand runs"
    values = {"seconds": cost.seconds, "wall": cost.wall, "megabytes": cost.megabytes}
    goal = "≤ 2 s and ≤ 40 MB per thousand runs"
    return Row(f"Dry run of {size:,} runs", result, goal, seconds <= 2 and megabytes <= 40, values)


def _job_command(run: str) -> list[str]:
    snakefile = ["--snakefile", str(ENGINE / "Snakefile"), "--target-jobs", f"_train:run={run}"]
    return [sys.executable, "-m", "snakemake", *snakefile, "--allowed-rules", "_train", *_REMOTE.split(), "--dry-run"]
