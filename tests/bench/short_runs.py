"""Compare the time that Proband and other tools take for many short trainings. All tools do the same work."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from compiler.base.paths import ENGINE
from lightning_modules.data.prepare_digits import write_digits
from tests.bench.measure import Row, cost_of

SHORT_TRAINING = ("experiment=digits_lr", "tracking=disabled")
RATES, FEW_RUNS, MANY_RUNS = (0.001, 0.01), 24, 200
_SPEC = """# @package _global_
defaults: [override /tracking: disabled]
experiment:
  hypothesis: Short runs have a small overhead.
  research_question: How much time does a short run take beside its training?
  sweep: {{model.lr: "{rates}", seed: range({seeds})}}
  deliverables: [{{type: completed_runs}}]
"""
_PER_RUN = """
RUNS = [(lr, seed) for lr in {rates} for seed in range({seeds})]
rule all:
    input: [f"done/{{lr}}-{{seed}}" for lr, seed in RUNS]
rule train:
    output: touch("done/{{lr}}-{{seed}}")
    shell: "{python} -m tests.bench.peer {short} model.lr={{wildcards.lr}} seed={{wildcards.seed}} > {{output}}.log"
"""
Build = Callable[[Path, int], list[str]]


def proband(folder: Path, runs: int) -> list[str]:
    spec = folder / "conf/experiment/short.yaml"
    spec.parent.mkdir(parents=True)
    spec.write_text(_SPEC.format(rates=",".join(map(str, RATES)), seeds=_seeds(runs)), encoding="utf-8")
    return [sys.executable, "-m", "snakemake", "--snakefile", str(ENGINE / "Snakefile"), "--cores", "2", "short"]


def hydra_basic(folder: Path, runs: int) -> list[str]:  # noqa: ARG001  (all builds have the same signature)
    rates = ",".join(map(str, RATES))
    swept = [f"model.lr={rates}", f"seed=range({_seeds(runs)})"]
    return [sys.executable, "-m", "tests.bench.peer", "--multirun", "hydra/launcher=basic", *SHORT_TRAINING, *swept]


def hydra_joblib(folder: Path, runs: int) -> list[str]:
    return [*hydra_basic(folder, runs), "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]


def python_per_run(folder: Path, runs: int) -> list[str]:
    text = _PER_RUN.format(rates=RATES, seeds=_seeds(runs), python=sys.executable, short=" ".join(SHORT_TRAINING))
    (folder / "Snakefile").write_text(text, encoding="utf-8")
    return [sys.executable, "-m", "snakemake", "--cores", "2", "--scheduler", "greedy"]


BASIC, PROCESS_PER_RUN = "Hydra's basic launcher", "Snakemake, one Python process for each run"
PEERS: dict[str, Build] = {
    BASIC: hydra_basic,
    "hydra-joblib-launcher, two processes": hydra_joblib,
    PROCESS_PER_RUN: python_per_run,
}


def short_runs(scratch: Path) -> Iterator[Row]:
    """Yield a row for few and a row for many runs.

    Wall times are compared, because they show how well two cores are used.
    The time with one Python process for each run is extrapolated, because it is proportional to the number of runs.
    """
    data = scratch / "digits.npz"
    write_digits(data)
    few, many = (
        {
            name: _seconds(scratch / f"{runs}-{build.__name__}", build, runs, data)
            for name, build in {"Proband": proband, **PEERS}.items()
            if (runs, name) != (MANY_RUNS, PROCESS_PER_RUN)
        }
        for runs in (FEW_RUNS, MANY_RUNS)
    )
    yield _row(FEW_RUNS, few)
    yield _row(MANY_RUNS, many | {PROCESS_PER_RUN: few[PROCESS_PER_RUN] * MANY_RUNS / FEW_RUNS})


def _row(runs: int, seconds: dict[str, float]) -> Row:
    proband_seconds, basic_seconds = seconds["Proband"], seconds[BASIC]
    notes = {PROCESS_PER_RUN: f" (extrapolated from {FEW_RUNS})"} if runs == MANY_RUNS else {}
    measured = "; ".join(f"{name}{notes.get(name, '')}: {wall:.1f} s" for name, wall in seconds.items())
    measured += f"; Hydra's basic launcher takes {basic_seconds / proband_seconds:.2f} times as long as Proband"
    name = f"{runs} short trainings, wall time"
    if runs == FEW_RUNS:
        return Row(name, measured, "faster than all others", proband_seconds == min(seconds.values()))
    return Row(name, measured, "≥ 1.7 times as fast as Hydra's basic launcher", basic_seconds / proband_seconds >= 1.7)


def _seconds(folder: Path, build: Build, runs: int, data: Path) -> float:
    folder.mkdir()
    (folder / "data").mkdir()
    shutil.copy(data, folder / "data/digits.npz")
    command = build(folder, runs)
    os.environ["PYTHONPATH"] = str(ENGINE)
    wall = cost_of(command, folder).wall
    trained = len(list(folder.glob("results/runs/*/output/metrics.json"))) or len(list(folder.glob("peer/*/output")))
    assert trained == runs, f"{build.__name__} trained {trained} of {runs} runs"
    return wall


def _seeds(runs: int) -> int:
    return runs // len(RATES)
