"""Compare the training of an ensemble with the same trainings one after another, without any files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from compiler.base.paths import ENGINE
from tests.bench.harness.bench_context import Bench
from tests.bench.harness.measure import CommandFailed
from tests.bench.harness.rows import Note, Row, measured_or_reason

_NOTE = """\
One process with one thread, which writes no run. Some members are trained alone as well, by Lightning's trainer. Their
mean time is multiplied by the number of members. The deviation is the largest difference between a prediction of such a
member and of its training alone. [fusion.md](fusion.md) states which runs are trained together.
"""
_ON_GPU = "not measured: runs that use a GPU are trained alone, and this machine has none"


def ensembles(bench: Bench) -> Iterator[Row | Note]:
    yield Note(_NOTE)
    for members in bench.sizes.members:
        name = f"{members} digits runs with the default model, together"
        yield measured_or_reason(name, "", partial(_row, bench, name, members))
    yield Row("64 small MLPs, or 16 small GPT-2s, on a GPU", _ON_GPU)


def _row(bench: Bench, name: str, members: int) -> Row:
    alone = min(members, bench.sizes.members_alone)
    command = [sys.executable, "-m", "tests.bench.ensemble_program", str(members), str(alone)]
    environment = os.environ | {"PYTHONPATH": str(ENGINE)}
    folder = bench.new_folder("ensemble")
    output = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if output.returncode:
        raise CommandFailed(output.stderr.strip().splitlines()[-1])
    times = json.loads(output.stdout.splitlines()[-1])
    ratio = times["alone"] * members / times["together"]
    result = f"{times['together']:.2f} s; one after another {times['alone'] * members:.1f} s"
    result += f" (from {alone} trainings); {ratio:.1f} times faster; deviation {times['deviation']:.1g},"
    result += f" {times['holding']} of {times['compared']} proofs hold"
    return Row(name, result, values={**times, "ratio": ratio})
