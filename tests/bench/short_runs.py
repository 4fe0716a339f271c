"""Many short trainings, against what people use for them: each peer does the same work in the same run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from compiler.base.paths import ENGINE
from lightning_modules.data.prepare_digits import write_digits
from tests.bench.measure import Row, cost_of

SHORT = ("experiment=digits_lr", "tracking=none")
RATES, FEW, MANY = (0.001, 0.01), 24, 200
_SPEC = """# @package _global_
defaults: [override /tracking: none]
experiment:
  hypothesis: Short runs cost what they compute.
  sweep: {{model.lr: "{rates}", seed: range({seeds})}}
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


def hydra_basic(folder: Path, runs: int) -> list[str]:  # noqa: ARG001  (each peer is asked alike)
    rates = ",".join(map(str, RATES))
    swept = [f"model.lr={rates}", f"seed=range({_seeds(runs)})"]
    return [sys.executable, "-m", "tests.bench.peer", "--multirun", "hydra/launcher=basic", *SHORT, *swept]


def hydra_joblib(folder: Path, runs: int) -> list[str]:
    return [*hydra_basic(folder, runs), "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]


def python_per_run(folder: Path, runs: int) -> list[str]:
    text = _PER_RUN.format(rates=RATES, seeds=_seeds(runs), python=sys.executable, short=" ".join(SHORT))
    (folder / "Snakefile").write_text(text, encoding="utf-8")
    return [sys.executable, "-m", "snakemake", "--cores", "2", "--scheduler", "greedy"]


BASIC, EACH = "Hydra's basic launcher", "Snakemake, a Python for each run"
PEERS: dict[str, Build] = {
    BASIC: hydra_basic,
    "hydra-joblib-launcher, two processes": hydra_joblib,
    EACH: python_per_run,
}


def short_runs(scratch: Path) -> Iterator[Row]:
    """By the clock, because what is compared is how well two cores are used.

    A Python for each run takes what it takes for each: many are reckoned from few.
    """
    data = scratch / "digits.npz"
    write_digits(data)
    few, many = (
        {
            name: _seconds(scratch / f"{runs}-{build.__name__}", build, runs, data)
            for name, build in {"Proband": proband, **PEERS}.items()
            if (runs, name) != (MANY, EACH)
        }
        for runs in (FEW, MANY)
    )
    yield _row(FEW, few)
    yield _row(MANY, many | {EACH: few[EACH] * MANY / FEW})


def _row(runs: int, seconds: dict[str, float]) -> Row:
    own, basic = seconds["Proband"], seconds[BASIC]
    reckoned = {EACH: f" (from {FEW})"} if runs == MANY else {}
    told = "; ".join(f"{name}{reckoned.get(name, '')}: {took:.1f} s" for name, took in seconds.items())
    told += f"; Hydra's basic takes {basic / own:.2f} times as long"
    if runs == FEW:
        return Row(f"{runs} short trainings, by the clock", told, "faster than all", own == min(seconds.values()))
    return Row(f"{runs} short trainings, by the clock", told, "≥ 1.7 times Hydra's basic", basic / own >= 1.7)


def _seconds(folder: Path, build: Build, runs: int, data: Path) -> float:
    folder.mkdir()
    (folder / "data").mkdir()
    shutil.copy(data, folder / "data/digits.npz")
    command = build(folder, runs)
    os.environ["PYTHONPATH"] = str(ENGINE)
    took = cost_of(command, folder).clock
    trained = len(list(folder.glob("results/runs/*/output/metrics.json"))) or len(list(folder.glob("peer/*/output")))
    assert trained == runs, f"{build.__name__} trained {trained} of {runs}"
    return took


def _seeds(runs: int) -> int:
    return runs // len(RATES)
