"""What an experiment did not deliver, in one line a person can act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from compiler.plan.model import PlannedExperiment


def gate_line(results: Mapping[str, Any], experiment: PlannedExperiment) -> str:
    """Empty when it delivers. Otherwise `digits_lr: 2 of 15 runs miss accuracy >= 0.85`."""
    if results["status"] == "completed":
        return ""
    runs = {run["run_id"]: run for run in results["runs"]}
    failed = {run_id: run for run_id, run in runs.items() if run["status"] != "completed"}
    told = [_failed(failed, len(runs))] if failed else []
    for name, one in results["deliverables_status"].items():
        if one["required"] and not one["validated"]:
            told += _missed(name, one, experiment.deliverables[name].spec, runs, failed)
    if results["damaged_artifacts"]:
        told.append(f"{len(results['damaged_artifacts'])} artifacts were changed: {results['damaged_artifacts'][0]}")
    return f"{results['experiment_id']}: " + "; ".join(told)


def _failed(failed: Mapping[str, Any], count: int) -> str:
    kinds = Counter((run["error"] or {}).get("kind", "unknown") for run in failed.values())
    told = ", ".join(kind if times == len(failed) else f"{times} {kind}" for kind, times in sorted(kinds.items()))
    return f"{len(failed)} of {count} {_runs(count)} failed ({told})"


def _missed(
    name: str, one: Mapping[str, Any], spec: Mapping[str, Any], runs: Mapping[str, Any], failed: Mapping[str, Any]
) -> list[str]:
    asked = [run for run in runs.values() if name in run["deliverables_status"]]
    if not asked:
        return [f"{name}: {one['detail']}"]
    missing = [
        run for run in asked if run["run_id"] not in failed and not run["deliverables_status"][name]["validated"]
    ]
    where = " of the best arm" if spec["over"] == "best" else ""
    return [f"{len(missing)} of {len(asked)} {_runs(len(asked))}{where} miss {_promise(name, spec)}"] if missing else []


def _promise(name: str, spec: Mapping[str, Any]) -> str:
    if spec["validation"] == "threshold":
        return f"{spec['metric']} {spec['operator']} {spec['value']:g}"
    return f"{name} ({spec['validation']})"


def _runs(count: int) -> str:
    return "run" if count == 1 else "runs"
