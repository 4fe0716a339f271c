"""Check after a measured build that it did all of its work, so that an incomplete build gives no time."""

from __future__ import annotations

from pathlib import Path

from compiler.base.json_files import read_json
from tests.bench.harness.measure import CommandFailed

EXPERIMENT = "sweep"
DELIVERABLES = 8
_FILES = (
    "config.json",
    "provenance.json",
    "output/metrics.json",
    "output/eval_results.json",
    "output/system_metrics.json",
    "output/history.csv",
    "output/predictions.npz",
    "output/training_curves.png",
    "output/confusion_matrix.png",
    "output/final_model/model.safetensors",
    "output/wandb/*/*.wandb",
)


def check_evidence(lab: Path, runs: int) -> None:
    """Check the results, the deliverables and the files of all runs of a build.

    Raises:
        CommandFailed: Something is missing, failed or was trained more than once.
    """
    results = read_json(lab / f"results/experiments/{EXPERIMENT}/results.json")
    delivered = [name for name, result in results["deliverables_status"].items() if result["status"] == "delivered"]
    if len(delivered) != DELIVERABLES:
        raise CommandFailed(f"{len(delivered)} of {DELIVERABLES} deliverables were delivered")
    folders = [file.parent for file in (lab / "results/runs").glob("*/status.json")]
    statuses = [read_json(folder / "status.json") for folder in folders]
    completed = sum(status["status"] == "completed" and status["attempt"] == 1 for status in statuses)
    if completed != runs:
        raise CommandFailed(f"{completed} of {runs} runs completed at the first attempt")
    missing = {name for folder in folders for name in _FILES if not list(folder.glob(name))}
    if missing:
        raise CommandFailed(f"a run has no {', '.join(sorted(missing))}")
