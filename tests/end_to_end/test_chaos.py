"""If processes of a build are killed at random moments, repeating the same command gives the same results."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lightning_modules.failures.kinds import is_transient
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.chaos import Chaos
from tests.end_to_end.support.specs import spec

pytestmark = [pytest.mark.slow, pytest.mark.soak, pytest.mark.timeout(1500)]
RUNS, MAX_SECONDS = 12, 900.0
SLOW_START = '''
import time
from lightning_modules.models.mlp import MLP

class SlowStart(MLP):
    """Waits before it trains, so that there is time to kill it."""

    def on_train_start(self) -> None:
        time.sleep(0.5)
'''
STUDY = spec(
    "The larger rate is better.",
    "sweep: {model.lr: [0.001, 0.01], seed: range(6)}",
    "compare: {metric: accuracy, goal: maximize, factor: model.lr, control: 0.001}",
    'deliverables: [{type: model_checkpoint}, {type: evaluation_results, metric: accuracy, operator: ">", value: 0},'
    " {type: comparison}]",
    more="model: {_target_: slow_start.SlowStart}\n",
)
# Fields about time, duration or attempts, which may differ between two labs.
# Times, and hashes of files that contain times.
VOLATILE = {"started_at", "completed_at", "duration_seconds", "registered_at", "revised_at", "finished_runs", "attempt"}
VOLATILE |= {"recorded_at", "total_training_time", "sha256", "inputs"}


def test_a_build_with_killed_processes_ends_in_the_same_results(
    tmp_path: Path, repetitions: Callable[[int, int], int]
) -> None:
    kills = repetitions(12, 50)
    undisturbed, disturbed = (RealLab(tmp_path / name) for name in ("undisturbed", "disturbed"))
    for lab in (undisturbed, disturbed):
        lab.write("slow_start.py", SLOW_START)
        lab.write("conf/experiment/study.yaml", STUDY)
    start = time.monotonic()
    assert undisturbed.snakemake().exit_code == 0
    chaos = Chaos(disturbed, random.Random(3), build_seconds=time.monotonic() - start)
    finished: dict[str, str] = {}
    while chaos.kills.total() < kills and time.monotonic() - start < MAX_SECONDS:
        chaos.disturbed_build()
        assert not permanent_errors(status_texts(disturbed)), "a killed run is recorded with a permanent error"
        completed = completed_runs(status_texts(disturbed))
        lost = {run for run, text in finished.items() if completed.get(run) != text}
        assert not lost, "a finished run was trained again or is missing"
        removed = sorted(completed)[::2] if len(completed) == RUNS else []  # so that the next build has work to do
        for run in removed:
            shutil.rmtree(disturbed.root / "results/runs" / run)
        finished = {run: text for run, text in completed.items() if run not in removed}
    print(f"\n{chaos.kills.total()} processes killed in {chaos.builds} builds: {dict(chaos.kills)}")
    build = disturbed.snakemake()
    assert build.exit_code == 0, build.output
    assert results(disturbed) == results(undisturbed)
    assert not list((disturbed.root / "results/runs/.partial").iterdir())
    assert disturbed.snakemake().trained == frozenset()
    assert chaos.kills.total() >= kills
    assert {"driver", "training"} <= set(chaos.kills)
    if kills == 50:
        assert {"server", "client"} <= set(chaos.kills)


def status_texts(lab: RealLab) -> dict[str, str]:
    """Return the status of each run, from the copy that stays when Snakemake deletes a status file."""
    texts = {}
    for file in (lab.root / "results/runs").glob("[!.]*/.status.json"):
        with suppress(FileNotFoundError):  # a process that outlived the build is replacing it
            texts[file.parent.name] = file.read_text(encoding="utf-8")
    return texts


def completed_runs(texts: dict[str, str]) -> dict[str, str]:
    return {run: text for run, text in texts.items() if json.loads(text)["status"] == "completed"}


def permanent_errors(texts: dict[str, str]) -> dict[str, Any]:
    """Return the errors that a later build would not retry."""
    errors = {run: json.loads(text)["error"] for run, text in texts.items()}
    return {run: error for run, error in errors.items() if error and not is_transient(error["kind"])}


def results(lab: RealLab) -> dict[str, Any]:
    """Return the files below results/ without volatile fields: JSON as values, other files as bytes."""
    root = lab.root / "results"
    files = [Path(folder, name) for folder, _, names in os.walk(root) for name in names]
    compared = [
        file for file in files if file.suffix in (".json", ".safetensors", ".csv") and not _depends_on_machine(file)
    ]
    return {str(file.relative_to(root)): _content(file) for file in compared}


def _depends_on_machine(file: Path) -> bool:
    return file.name in ("system_metrics.json", "provenance.json")


def _content(file: Path) -> Any:
    return _stable(json.loads(file.read_text(encoding="utf-8"))) if file.suffix == ".json" else file.read_bytes()


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        stable = {key: item for key, item in value.items() if key not in VOLATILE}
        if "artifacts" in stable and isinstance(stable["artifacts"], dict):
            stable["artifacts"] = sorted(stable["artifacts"])
        return {key: _stable(item) for key, item in stable.items()}
    return [_stable(item) for item in value] if isinstance(value, list) else value
