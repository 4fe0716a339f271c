"""Runs on disk, without a training behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from compiler.base.paths import Lab
from rules.results.run_record import RunRecord, run_record


def write_run(lab: Lab, run_id: str, accuracy: float | None = 0.9, status: str = "completed") -> RunRecord:
    """A run that measured one accuracy, or failed."""
    folder = lab.run(run_id)
    (folder / "output").mkdir(parents=True)
    error = {"kind": "non_finite", "message": "loss is nan\nat step 3"} if status == "failed" else None
    _write(folder / "status.json", {"status": status, "error": error, "duration_seconds": 2.0, "artifacts": {}})
    if accuracy is not None:
        _write(folder / "output/eval_results.json", {"schema_version": 1, "n": 360, "accuracy": accuracy})
    return run_record(lab, run_id)


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")
