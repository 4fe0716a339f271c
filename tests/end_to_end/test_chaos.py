"""Nothing is lost: whatever is killed, whenever, the same command ends in the same results, without flags."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from build import RealLab
from chaos import Chaos
from specs import spec

from lightning_modules.failures.kinds import is_transient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]  # minutes, and more of them on a busy machine
RUNS, KILLS, MOST_SECONDS = 12, 50, 900.0
UNHURRIED = '''
import time
from lightning_modules.models.mlp import MLP

class Unhurried(MLP):
    """Gives time to be killed in."""

    def on_train_start(self) -> None:
        time.sleep(0.5)
'''
STUDY = spec(
    "The larger rate is better.",
    "sweep: {model.lr: [0.001, 0.01], seed: range(6)}",
    "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.001}",
    'deliverables: [{type: model_checkpoint}, {type: evaluation_results, metric: accuracy, operator: ">", value: 0},'
    " {type: comparison}]",
    more="model: {_target_: unhurried.Unhurried}\n",
)
# When something happened, how long it took, and where: all that may differ between two labs.
MOMENTS = {"started_at", "completed_at", "duration_seconds", "registered_at", "revised_at", "finished_runs", "attempt"}


def test_a_lab_under_fire_ends_as_one_left_in_peace(tmp_path: Path) -> None:
    peaceful, raged = (RealLab(tmp_path / name) for name in ("peaceful", "raged"))
    for lab in (peaceful, raged):
        lab.write("unhurried.py", UNHURRIED)
        lab.write("conf/experiment/study.yaml", STUDY)
    began = time.monotonic()
    assert peaceful.snakemake().code == 0
    chaos = Chaos(raged, random.Random(3), seconds=time.monotonic() - began)
    finished: dict[str, str] = {}
    while chaos.kills.total() < KILLS and time.monotonic() - began < MOST_SECONDS:
        chaos.rage()
        assert not findings(kept(raged)), "a run that was killed is told as one that failed by itself"
        statuses = whole(kept(raged))
        lost = {run for run, text in finished.items() if statuses.get(run) != text}
        assert not lost, "a run that had finished was trained again, or is gone"
        again = sorted(statuses)[::2] if len(statuses) == RUNS else []  # or nothing would be left to be killed at
        for run in again:
            shutil.rmtree(raged.root / "results/runs" / run)
        finished = {run: text for run, text in statuses.items() if run not in again}
    print(f"\n{chaos.kills.total()} killed in {chaos.builds} builds: {dict(chaos.kills)}")
    build = raged.snakemake()
    assert build.code == 0, build.output
    assert evidence(raged) == evidence(peaceful)
    assert not list((raged.root / "results/runs/.partial").iterdir())
    assert raged.snakemake().trained == frozenset()
    assert chaos.kills.total() >= KILLS
    assert {"driver", "server", "client", "training"} <= set(chaos.kills)


def kept(lab: RealLab) -> dict[str, str]:
    """The status of each run. Snakemake may just have deleted it, but not its copy."""
    found = {}
    for file in (lab.root / "results/runs").glob("[!.]*/.status.json"):
        with suppress(FileNotFoundError):  # an orphan just puts another in its place
            found[file.parent.name] = file.read_text(encoding="utf-8")
    return found


def whole(statuses: dict[str, str]) -> dict[str, str]:
    return {run: text for run, text in statuses.items() if json.loads(text)["status"] == "completed"}


def findings(statuses: dict[str, str]) -> dict[str, Any]:
    """The errors that another build would not try again."""
    errors = {run: json.loads(text)["error"] for run, text in statuses.items()}
    return {run: error for run, error in errors.items() if error and not is_transient(error["kind"])}


def evidence(lab: RealLab) -> dict[str, Any]:
    """All that a build leaves below results/, without moments: documents as values, anything else as bytes."""
    root = lab.root / "results"
    files = [Path(folder, name) for folder, _, names in os.walk(root) for name in names]
    kept = [file for file in files if file.suffix in (".json", ".safetensors", ".csv") and not _is_about_cost(file)]
    return {str(file.relative_to(root)): _content(file) for file in kept}


def _is_about_cost(file: Path) -> bool:
    return file.name in ("system_metrics.json", "provenance.json")


def _content(file: Path) -> Any:
    return _timeless(json.loads(file.read_text(encoding="utf-8"))) if file.suffix == ".json" else file.read_bytes()


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        without = {key: one for key, one in value.items() if key not in MOMENTS}
        if "artifacts" in without and isinstance(without["artifacts"], dict):
            without["artifacts"] = sorted(without["artifacts"])
        return {key: _timeless(one) for key, one in without.items()}
    if isinstance(value, list):
        return [_timeless(one) for one in value]
    return value
