"""What it costs to write all there is about fifteen runs that are trained: facts, three analyses, three reports."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.base.paths import ENGINE
from tests.bench.measure import Row, cost_of

_BUILD = [sys.executable, "-m", "snakemake", "--cores", "2", "--snakefile", str(ENGINE / "Snakefile"), "digits_lr"]


def reports(scratch: Path) -> Iterator[Row]:
    cost_of(_BUILD, scratch)
    for step in ("facts", "report"):
        cost = cost_of([*_BUILD, "--forcerun", step], scratch)
        told = f"{cost.clock:.1f} s by the clock, {cost.seconds:.1f} s of the processors"
        yield Row(f"digits_lr, 15 runs: everything from the step `{step}` on", told, "< 20 s", cost.clock < 20)
