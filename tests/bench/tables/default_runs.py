"""Compare a build as users get it with a bare Hydra script, and with Hydra programs that write the same files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from compiler.base.json_files import read_json
from tests.bench.harness.bench_context import Bench
from tests.bench.harness.rows import Note, Row, measured_or_reason
from tests.bench.tools import BARE, BARE_JOBLIB, EQUAL, EQUAL_JOBLIB, FUSED, PROBAND, PROCESS_PER_RUN, Tool

_DEFAULT_NOTE = """\
Proband runs with its default config: an offline log of W&B, learning curves, predictions, weights, metrics, provenance,
eight checked deliverables and `results.json`. The bare script, [peer_bare.py](../tests/bench/peer_bare.py), writes a
checkpoint and a file of metrics. All times are wall times, from the start of the command to its end.
"""
_EQUAL_NOTE = """\
The programs of this table call the training of Proband ([peer.py](../tests/bench/peer.py)), so that they write
the same files, with the log of W&B. They check nothing and write no results, as Proband does here.
"""


def default_runs(bench: Bench) -> Iterator[Row | Note]:
    yield Note(_DEFAULT_NOTE)
    few, many = bench.sizes.few, bench.sizes.many
    for runs, goal in ((few, 1.3), (many, 2.0)):
        for peer in (BARE, BARE_JOBLIB):
            name = f"{runs} digits runs, against the {peer.name}"
            yield measured_or_reason(name, _times(goal), partial(_against, bench, name, PROBAND, peer, runs, goal))
    name = f"{many} digits runs with `trainer.fuse: auto`, against the {BARE.name}"
    yield measured_or_reason(name, _times(5), lambda: _fused(bench, name))


def _times(factor: float) -> str:
    return f"≥ {factor:g} times faster"


def _against(bench: Bench, name: str, tool: Tool, peer: Tool, runs: int, factor: float) -> Row:
    measured = bench.sweeps.compare([BARE, PROBAND, BARE_JOBLIB], runs, repeat=runs == bench.sizes.few)
    measured |= bench.sweeps.compare([tool], runs)
    ratio = measured[peer].cost.wall / measured[tool].cost.wall
    result = f"Proband: {measured[tool]}; {peer.name}: {measured[peer]}; ratio {ratio:.2f}"
    values = {"proband": measured[tool].cost.wall, "peer": measured[peer].cost.wall, "ratio": ratio}
    return Row(name, result, _times(factor), ratio >= factor, values)


def _fused(bench: Bench, name: str) -> Row:
    runs = bench.sizes.many
    row = _against(bench, name, FUSED, BARE, runs, 5)
    folder = bench.sweeps.compare([FUSED], runs)[FUSED].folder
    fused = [read_json(file).get("fused") for file in folder.glob("results/runs/*/provenance.json")]
    together = sum(bool(members) for members in fused)
    result = f"{row.result}; {together} of {runs} runs were trained in an ensemble"
    reached = bool(row.reached) and together > runs / 2
    return Row(row.name, result, row.goal, reached, {**row.values, "fused": together})


def equal_evidence(bench: Bench) -> Iterator[Row | Note]:
    yield Note(_EQUAL_NOTE)
    few, many = bench.sizes.few, bench.sizes.many
    name, goal = f"{few} digits runs with the same files", "faster than all others"
    yield measured_or_reason(name, goal, lambda: _equal(bench, name, goal))
    long_name, long_goal = f"{many} digits runs with the same files", "≥ 1.7 times faster than Hydra's basic launcher"
    yield measured_or_reason(long_name, long_goal, lambda: _equal_many(bench, long_name, long_goal))


def _equal(bench: Bench, name: str, goal: str) -> Row:
    few = bench.sizes.few
    seconds = {tool: measured.cost.wall for tool, measured in bench.sweeps.compare([PROBAND], few, repeat=True).items()}
    for tool in (EQUAL, EQUAL_JOBLIB, PROCESS_PER_RUN):
        seconds[tool] = bench.sweeps.compare([tool], few)[tool].cost.wall
    return _equal_row(name, goal, seconds, "", seconds[PROBAND] == min(seconds.values()))


def _equal_many(bench: Bench, name: str, goal: str) -> Row:
    """Extrapolate the others from two measured sizes. Their time is a start and a constant time for each run."""
    few, many = bench.sizes.few, bench.sizes.many
    more = 3 * few
    seconds = {PROBAND: bench.sweeps.compare([PROBAND], many)[PROBAND].cost.wall}
    for tool in (EQUAL, EQUAL_JOBLIB):
        first, second = (bench.sweeps.compare([tool], runs)[tool].cost.wall for runs in (few, more))
        seconds[tool] = second + (second - first) / (more - few) * (many - more)
    note = f" (extrapolated from {few} and {more})"
    return _equal_row(name, goal, seconds, note, seconds[EQUAL] / seconds[PROBAND] >= 1.7)


def _equal_row(name: str, goal: str, seconds: dict[Tool, float], note: str, reached: bool) -> Row:
    parts = [f"{tool.name}{'' if tool is PROBAND else note}: {wall:.1f} s" for tool, wall in seconds.items()]
    ratio = seconds[EQUAL] / seconds[PROBAND]
    result = f"{'; '.join(parts)}; Hydra's basic launcher takes {ratio:.2f} times as long as Proband"
    return Row(name, result, goal, reached, {tool.name: wall for tool, wall in seconds.items()})
