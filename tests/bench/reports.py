"""Measure the time to write the facts, three analyses and three reports of fifteen finished runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.base.paths import ENGINE
from tests.bench.measure import Row, cost_of

_BUILD = [sys.executable, "-m", "snakemake", "--cores", "2", "--snakefile", str(ENGINE / "Snakefile"), "digits_lr"]


def reports(scratch: Path) -> Iterator[Row]:
    cost_of(_BUILD, scratch)
    for step in ("_facts", "_report"):
        cost = cost_of([*_BUILD, "--forcerun", step], scratch)
        measured = f"{cost.wall:.1f} s wall time, {cost.seconds:.1f} s processor time"
        yield Row(f"digits_lr, 15 runs: all steps from `{step}` on", measured, "< 20 s wall time", cost.wall < 20)
