"""Write the files of runs and build results for tests, without a training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from compiler.base.paths import Lab
from rules.results.content.checks import ValidationResults
from rules.results.content.registration import RegistrationResults
from rules.results.content.summary import SummaryMetrics
from rules.results.experiment_results import ExperimentResults
from rules.results.run_record import RunRecord, read_run


def write_run(
    lab: Lab,
    run_id: str,
    accuracy: float | None = 0.9,
    status: str = "completed",
    times: tuple[str, str] | None = None,
    kind: str = "non_finite",
) -> RunRecord:
    """Write a run with one metric, or a failed run, and return its record. `times` are those of its start and end."""
    folder = lab.run(run_id)
    (folder / "output").mkdir(parents=True, exist_ok=True)
    error = {"kind": kind, "message": "loss is nan\nat step 3"} if status == "failed" else None
    content = {"status": status, "error": error, "duration_seconds": 2.0, "artifacts": {}}
    _write(folder / "status.json", content | dict(zip(("started_at", "completed_at"), times or (), strict=False)))
    if accuracy is not None:
        _write(folder / "output/eval_results.json", {"schema_version": 1, "n": 360, "accuracy": accuracy})
    return read_run(lab, run_id)


def experiment_results(**changes: Any) -> ExperimentResults:
    """Return results of an experiment without runs and deliverables, with changes."""
    defaults: dict[str, Any] = {
        "experiment_id": "study",
        "status": "partial_success",
        "completed_at": "",
        "duration_seconds": 0.0,
        "deliverables_status": {},
        "summary_metrics": SummaryMetrics("accuracy", (), None),
        "validation_results": ValidationResults(False, False, True),
        "damaged_artifacts": (),
        "missing_metrics": {},
        "search": None,
        "verdict": None,
        "comparison": None,
        "exploratory": None,
        "registration": registration_results(),
        "post_hoc": False,
        "report_deliverables": (),
        "artifacts": (),
        "analysis_reports": (),
        "runs": (),
    }
    return ExperimentResults(**defaults | changes)


def registration_results(**changes: Any) -> RegistrationResults:
    """Return the registration in the results of an experiment that was registered before its runs, with changes."""
    defaults: dict[str, Any] = {
        "entry": 1,
        "sha256": "0" * 64,
        "registered_at": "2030-01-01T12:00:00+00:00",
        "commit": None,
        "spec_committed": None,
        "standing": "confirmatory",
        "reason": "",
        "fresh_runs": (),
        "known_runs": (),
        "looks": 0,
        "planned_look": None,
        "siblings": (),
    }
    return RegistrationResults(**defaults | changes)


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content), encoding="utf-8")
