"""The tools that train the same sweep of digits runs: two learning rates, and half as many seeds as runs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compiler.base.paths import ENGINE
from tests.bench.evidence import EXPERIMENT

_RATES = (0.001, 0.01)
_JOBLIB = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
_BARE_FILE = "file=data/digits.npz"


@dataclass(frozen=True)
class Tool:
    """A way to train a sweep.

    Args:
        command: writes what it needs into a folder, and returns the command that trains this number of runs there.
        metrics: the files of metrics that the command writes, one for each run, as a pattern.
        metric: the key of the test accuracy in them.
        is_build: whether the command is a build of Proband, whose evidence is checked.
    """

    name: str
    command: Callable[[Path, int], list[str]]
    metrics: str
    metric: str = "accuracy"
    is_build: bool = False


def build_command(experiment: str) -> list[str]:
    return [sys.executable, "-m", "snakemake", "--snakefile", str(ENGINE / "Snakefile"), "--cores", "2", experiment]


def sweep_spec(runs: int) -> dict[str, Any]:
    """Return the spec of `digits_lr` with its eight deliverables, with this number of runs and without reports."""
    spec = yaml.safe_load((ENGINE / "conf/experiment/digits_lr.yaml").read_text(encoding="utf-8"))
    for key in ("parent", "rationale", "analysis_pipeline", "reports"):
        del spec["experiment"][key]
    spec["experiment"]["sweep"] = {"model.lr": ",".join(map(str, _RATES)), "seed": f"range({_seeds(runs)})"}
    return dict(spec)


def write_spec(folder: Path, spec: dict[str, Any]) -> None:
    file = folder / "conf/experiment" / f"{EXPERIMENT}.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("# @package _global_\n" + yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")


def _proband(folder: Path, runs: int) -> list[str]:
    write_spec(folder, sweep_spec(runs))
    return build_command(EXPERIMENT)


def _fused(folder: Path, runs: int) -> list[str]:
    spec = sweep_spec(runs)
    spec["trainer"]["fuse"] = "auto"
    write_spec(folder, spec)
    return build_command(EXPERIMENT)


def _bare_single(folder: Path, runs: int) -> list[str]:  # noqa: ARG001  (all commands have the same signature)
    return [*_bare_script(folder), _BARE_FILE]


def _bare_script(folder: Path) -> list[str]:
    for name in ("peer_bare.py", "peer_bare.yaml"):
        shutil.copy(Path(__file__).parent / name, folder)
    return [sys.executable, "peer_bare.py"]


def _bare(folder: Path, runs: int) -> list[str]:
    swept = ["lr=" + ",".join(map(str, _RATES)), f"seed=range({_seeds(runs)})"]
    return [*_bare_script(folder), "--multirun", _BARE_FILE, *swept]


def _two_threads(folder: Path, runs: int) -> list[str]:
    return [*_bare(folder, runs), "threads=2"]


def _equal(folder: Path, runs: int) -> list[str]:  # noqa: ARG001
    swept = ["model.lr=" + ",".join(map(str, _RATES)), f"seed=range({_seeds(runs)})"]
    program = [sys.executable, "-m", "tests.bench.peer", "--multirun", "experiment=digits_lr"]
    return [*program, "hydra/launcher=basic", *swept]


def _joblib(command: Callable[[Path, int], list[str]]) -> Callable[[Path, int], list[str]]:
    return lambda folder, runs: [*command(folder, runs), *_JOBLIB]


def _seeds(runs: int) -> int:
    return runs // len(_RATES)


_OF_BUILD = "results/runs/*/output/metrics.json"
_OF_BARE = "multirun/*/*/*/metrics.json"
_OF_PEER = "peer/*/output/metrics.json"
PROBAND = Tool("Proband", _proband, _OF_BUILD, is_build=True)
FUSED = Tool("Proband with `trainer.fuse: auto`", _fused, _OF_BUILD, is_build=True)
BARE_SINGLE = Tool("bare Hydra script without a sweep", _bare_single, "outputs/*/*/metrics.json", "test_accuracy")
BARE = Tool("bare Hydra script", _bare, _OF_BARE, "test_accuracy")
BARE_TWO_THREADS = Tool("bare Hydra script with two threads", _two_threads, _OF_BARE, "test_accuracy")
BARE_JOBLIB = Tool(
    "bare Hydra script with the joblib launcher, two processes", _joblib(_bare), _OF_BARE, "test_accuracy"
)
EQUAL = Tool("Hydra's basic launcher", _equal, _OF_PEER)
EQUAL_JOBLIB = Tool("hydra-joblib-launcher, two processes", _joblib(_equal), _OF_PEER)
