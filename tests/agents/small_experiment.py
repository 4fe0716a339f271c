"""Build the files of a small experiment, as the facts job reads them, without training a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.context.results import results_from_json
from agents.extraction.evidence import (
    CONFIG,
    EVALUATION,
    METRICS,
    PROVENANCE,
    SYSTEM,
    Ancestor,
    Document,
    Evidence,
    History,
    RunFiles,
)
from agents.facts.fact import Source
from agents.registered_test.comparison_check import check_experiment
from compiler.registration.history import Registration
from compiler.runs.run_status import RunError, RunStatus

COMPARE = {"metric": "accuracy", "goal": "maximize", "factor": "model.lr", "control": 0.001, "alpha": 0.05}
CONFIRMATORY = {
    "entry": 1,
    "registered_at": "2026-11-24T13:19:17.4+00:00",
    "commit": "f00dfeed0123456789",
    "spec_committed": True,
    "standing": "confirmatory",
    "reason": "",
    "looks": 0,
    "planned_look": None,
    "siblings": [],
}
HISTORY = (
    "epoch,step,eval_loss,test_loss,train_loss,train_loss_epoch",
    "0,0,,,4.0,",
    "0,1,,,nan,",
    "0,1,0.9,,,3.0",
    "1,2,,,1.5,",
    "1,2,0.7,,,1.5",
    "2,3,,0.6,,",
)


def source(file: str) -> Source:
    return Source(file, f"sha of {file}")


def run(point: str, overrides: Mapping[str, Any], accuracy: float | None, run_id: str = "") -> RunFiles:
    """Return a completed run with this test accuracy. None is a value that was not finite."""
    run_id = run_id or f"id-{point}"
    contents: dict[str, dict[str, Any]] = {
        METRICS: {"schema_version": 1, "accuracy": 0.1, "train_loss": 1.5, "epochs": 2},
        EVALUATION: {"schema_version": 1, "n": 360, "split": "test", "accuracy": accuracy, "test_loss": 0.6},
        SYSTEM: {"peak_rss_bytes": 4.5e8, "gpu_count": 0, "resumed_from_step": None},
        CONFIG: {"config": {"seed": overrides.get("seed", 0)}, "data": {"data/x.npz": "abc"}},
        PROVENANCE: {
            "seed": overrides.get("seed", 0),
            "packages": {"torch": "2.13.0"},
            "python": "3.11.7",
            "git": {"commit": "f00", "dirty": True},
            "host": "my-machine",
        },
    }
    documents = {path: Document(content, source(f"{run_id}/{path}")) for path, content in contents.items()}
    header, *rows = (line.split(",") for line in HISTORY)
    history = History.of_rows((dict(zip(header, row, strict=True)) for row in rows), source(f"{run_id}/history.csv"))
    status = Document(RunStatus("completed", duration_seconds=2.0), source(f"{run_id}/status.json"))
    return RunFiles(point, run_id, overrides, status, documents, history)


def failed(point: str, overrides: Mapping[str, Any]) -> RunFiles:
    """Return a run that failed with a non-finite loss."""
    error = RunError("non_finite", "loss is nan\nat step 3")
    status = Document(RunStatus("failed", duration_seconds=1.0, error=error), source(f"id-{point}/status.json"))
    return RunFiles(point, f"id-{point}", overrides, status)


def sweep(arms: Mapping[float, Sequence[float | None]]) -> list[RunFiles]:
    """Return one run for each accuracy. `arms` maps a learning rate to the accuracies of seeds 0, 1, …

    None is the accuracy of a failed run.
    """
    runs = []
    for lr, accuracies in arms.items():
        for seed, accuracy in enumerate(accuracies):
            point, overrides = f"model.lr={lr},seed={seed}", {"model.lr": lr, "seed": seed}
            runs.append(failed(point, overrides) if accuracy is None else run(point, overrides, accuracy))
    return runs


def evidence(
    runs: Sequence[RunFiles],
    compare: Mapping[str, Any] | None = COMPARE,
    *,
    registration: Mapping[str, Any] | None = None,
    known: Sequence[str] = (),
    parent: Ancestor | None = None,
) -> Evidence:
    """Return all files of an experiment. The comparison is computed by the real test.

    Args:
        registration: fields of the standing that differ from those of a confirmatory test.
        known: ids of the runs that were known at the registration. The test does not rest on them.
    """
    fresh = [run for run in runs if run.run_id not in known]
    standing = (
        CONFIRMATORY
        | {"fresh_runs": [run.run_id for run in fresh], "known_runs": list(known)}
        | dict(registration or {})
    )
    results = {
        "status": "completed",
        "post_hoc": standing["standing"] != "confirmatory",
        "registration": standing,
        "search": None,
        "comparison": _comparison(compare, fresh),
        "exploratory": _comparison(compare, runs) if known else None,
        "summary_metrics": {"metric": compare["metric"] if compare else "accuracy"},
        "deliverables_status": {
            "comparison": _deliverable("statistical_test", "supported: it is better", required=True),
            "plot": _deliverable("exists", "holds for 9 of 9 runs", required=False),
        },
    }
    design = {"planned": {"runs": len(runs)}}
    registered = Registration("small", "2026-11-24T13:19:17.4+00:00", 0, design)
    return Evidence(
        "small",
        source("experiment.json"),
        Document(results_from_json(results), source("results.json")),
        Document(registered, source("registration.json")),
        tuple(runs),
        parent,
    )


def _comparison(compare: Mapping[str, Any] | None, runs: Sequence[RunFiles]) -> dict[str, Any] | None:
    return check_experiment(compare, [_comparison_input(run) for run in runs])[2] if compare else None


def _comparison_input(run: RunFiles) -> dict[str, Any]:
    metrics = {"accuracy": run.documents[EVALUATION].content["accuracy"]} if run.is_completed else None
    return {"run_id": run.run_id, "levels": run.overrides, "metrics": metrics}


def _deliverable(validation: str, detail: str, *, required: bool) -> dict[str, Any]:
    return {
        "status": "delivered",
        "validated": True,
        "required": required,
        "validation_method": validation,
        "detail": detail,
    }
