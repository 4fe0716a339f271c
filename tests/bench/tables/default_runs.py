"""Compare a build as users get it with a bare Hydra script, and with Hydra programs that write the same files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from compiler.base.json_files import read_json
from tests.bench.harness.bench_context import Bench
from tests.bench.harness.measure import CommandFailed
from tests.bench.harness.rows import Note, Row, measured_or_reason
from tests.bench.tools import (
    BARE,
    BARE_JOBLIB,
    BARE_TWO_THREADS,
    EQUAL,
    EQUAL_JOBLIB,
    FUSED,
    PROBAND,
    Tool,
)

_DEFAULT_NOTE = """\
Proband runs with its default config: an offline log of W&B, learning curves, predictions, weights, metrics, provenance,
eight checked deliverables and `results.json`. A build that lacks any of them gives no time. The bare script,
[peer_bare.py](../tests/bench/peer_bare.py), writes a checkpoint and a file of metrics. It has the same model, numbers
of epochs, steps and validations, and data set; its split has the same sizes and other rows. It logs nothing and shows
no progress. In the sweep that one process trains, the faster of one and two threads counts.

All times are wall times from the start of the command to its end. Each repetition begins in an empty folder, and the
tools take turns. Python's compiled modules and the page cache are warm for all. `fuse` is the only setting here that is
not a default, and its time includes the proofs.
"""
_EQUAL_NOTE = """\
The programs of this table call the training of Proband ([peer.py](../tests/bench/peer.py)), so that they write the same
files, with the log of W&B. They check nothing and write no results, as Proband does in the same time.
"""
_ACCURACY_TOLERANCE = 0.02  # between the means of tools whose splits have other rows


def default_runs(bench: Bench) -> Iterator[Row | Note]:
    yield Note(_DEFAULT_NOTE)
    few, many = bench.sizes.few, bench.sizes.many
    for runs, goal in ((few, 1.3), (many, 2.0)):
        for peer in (BARE, BARE_JOBLIB):
            name = f"{runs} digits runs, default config, against the {peer.name}"
            yield measured_or_reason(name, _times(goal), partial(_against, bench, name, PROBAND, peer, runs, goal))
    name = f"{many} digits runs, with `trainer.fuse: auto`, against the {BARE.name}"
    yield measured_or_reason(name, _times(5), lambda: _fused(bench, name))


def _times(factor: float) -> str:
    return f"≥ {factor:g} times faster"


def _against(bench: Bench, name: str, tool: Tool, peer: Tool, runs: int, factor: float) -> Row:
    if peer is BARE:
        peer = _faster_bare(bench)
    is_few = runs == bench.sizes.few
    measured = bench.sweeps.compare([peer, tool], runs, repeat=is_few)
    accuracy, peer_accuracy = measured[tool].median.accuracy, measured[peer].median.accuracy
    if abs(accuracy - peer_accuracy) > _ACCURACY_TOLERANCE:
        raise CommandFailed(f"the tools do not train alike: accuracies {accuracy:.4f} and {peer_accuracy:.4f}")
    ratio = measured[peer].cost.wall / measured[tool].cost.wall
    result = f"{tool.name}: {measured[tool]}; {peer.name}: {measured[peer]}; ratio {ratio:.2f}"
    values = {"proband": measured[tool].cost.wall, "peer": measured[peer].cost.wall, "ratio": ratio, "runs": runs}
    return Row(name, result, _times(factor), ratio >= factor, values)


def _faster_bare(bench: Bench) -> Tool:
    """Return the bare script with the number of threads that is faster. It is measured in turn with the others."""
    tools = [BARE, PROBAND, BARE_TWO_THREADS, BARE_JOBLIB]
    measured = bench.sweeps.compare(tools, bench.sizes.few, repeat=True)
    return min((BARE, BARE_TWO_THREADS), key=lambda tool: measured[tool].cost.wall)


def _fused(bench: Bench, name: str) -> Row:
    runs = bench.sizes.many
    row = _against(bench, name, FUSED, BARE, runs, 5)
    folder = bench.sweeps.compare([FUSED], runs)[FUSED].median.folder
    fused = [read_json(file).get("fused") for file in folder.glob("results/runs/*/provenance.json")]
    together = sum(bool(members) for members in fused)
    if not together:
        raise CommandFailed("no run was trained in an ensemble")
    result = f"{row.result}; {together} of {runs} runs were trained in ensembles"
    return Row(row.name, result, row.goal, row.reached, {**row.values, "fused": together})


def equal_evidence(bench: Bench) -> Iterator[Row | Note]:
    yield Note(_EQUAL_NOTE)
    few, many = bench.sizes.few, bench.sizes.many
    name, goal = f"{few} digits runs with the same files", "faster than both others"
    yield measured_or_reason(name, goal, lambda: _equal(bench, name, goal))
    long_name, long_goal = f"{many} digits runs with the same files", "≥ 1.7 times faster than Hydra's basic launcher"
    yield measured_or_reason(long_name, long_goal, lambda: _equal_many(bench, long_name, long_goal))


def _equal(bench: Bench, name: str, goal: str) -> Row:
    few = bench.sizes.few
    seconds = {tool: measured.cost.wall for tool, measured in bench.sweeps.compare([PROBAND], few, repeat=True).items()}
    for tool in (EQUAL, EQUAL_JOBLIB):
        seconds[tool] = bench.sweeps.compare([tool], few)[tool].cost.wall
    return _equal_row(name, goal, seconds, seconds[PROBAND] == min(seconds.values()))


def _equal_many(bench: Bench, name: str, goal: str) -> Row:
    many = bench.sizes.many
    seconds = {tool: bench.sweeps.compare([tool], many)[tool].cost.wall for tool in (PROBAND, EQUAL)}
    return _equal_row(name, goal, seconds, seconds[EQUAL] / seconds[PROBAND] >= 1.7)


def _equal_row(name: str, goal: str, seconds: dict[Tool, float], reached: bool) -> Row:
    parts = [f"{tool.name}: {wall:.1f} s" for tool, wall in seconds.items()]
    ratio = seconds[EQUAL] / seconds[PROBAND]
    result = f"{'; '.join(parts)}; Hydra's basic launcher takes {ratio:.2f} times as long as Proband"
    return Row(name, result, goal, reached, {tool.name: wall for tool, wall in seconds.items()})
