"""`results.json`: what an experiment came to, assembled from its runs and the verdicts on its deliverables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

from compiler.base.identity import canonical
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.design import PlannedTest
from compiler.plan.model import PlannedExperiment
from compiler.plan.registration import is_post_hoc
from rules.results.run_record import RunRecord
from rules.results.search_results import search_payload

SCHEMA_VERSION = 1


def results_payload(
    experiment: PlannedExperiment,
    runs: Mapping[str, RunRecord],
    deliverables: Mapping[str, Mapping[str, Any]],
    comparison: Mapping[str, Any] | None,
    registration: Mapping[str, Any] | None,
    damaged: Sequence[str],
    reports: Sequence[str],
) -> dict[str, Any]:
    """The payload.

    Args:
        experiment: as in the plan.
        runs: its runs by id.
        deliverables: the verdict files by name.
        comparison: what the registered test came to, if one was registered.
        damaged: artifacts that are not what the run recorded.
        reports: analyses and reports that the spec asks for, by path.
    """
    met = {name: bool(one["status"] == "validated") for name, one in deliverables.items()}
    required = [name for name, one in deliverables.items() if one["required"]]
    delivered = all(met[name] for name in required)
    return {
        "schema_version": SCHEMA_VERSION,
        "experiment_id": experiment.id,
        "status": overall_status(runs.values(), delivered and not damaged),
        "completed_at": max((str(run.status.get("completed_at") or "") for run in runs.values()), default=""),
        "duration_seconds": sum(float(run.status.get("duration_seconds") or 0.0) for run in runs.values()),
        "deliverables_status": {name: _status(experiment, deliverables[name]) for name in sorted(deliverables)},
        "summary_metrics": summary_metrics(experiment, runs),
        "validation_results": {
            "all_deliverables_met": delivered,
            "performance_targets_met": all(
                met[name] for name in required if deliverables[name]["validation"] == "threshold"
            ),
            "data_integrity_checks_passed": not damaged,
        },
        "damaged_artifacts": list(damaged),
        "search": search_payload(experiment.search, runs),
        "verdict": comparison["verdict"] if comparison else None,
        "comparison": comparison,
        "post_hoc": is_post_hoc(registration),
        "artifacts": _artifacts(experiment, runs),
        "analysis_reports": list(reports),
        "runs": [_run(point, experiment, runs[point.run], deliverables) for point in experiment.points],
    }


def overall_status(runs: Any, delivers: bool) -> str:
    """`completed` when it delivers, `failed` when no run completed, `partial_success` between."""
    if delivers:
        return "completed"
    return "partial_success" if any(run.is_completed for run in runs) else "failed"


def summary_metrics(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> dict[str, Any]:
    """Mean, sd and n of every metric for each arm, and the best arm by the registered metric."""
    test = experiment.design.test
    aim = test or experiment.search
    metric, sign = (aim.metric, -1 if aim.goal == "minimize" else 1) if aim else ("accuracy", 1)
    arms: dict[bytes, dict[str, Any]] = {}
    for point in experiment.points:
        level = _level(point.overrides, test)
        arm = arms.setdefault(canonical(level), {"level": level, "runs": []})
        if point.run not in arm["runs"]:
            arm["runs"].append(point.run)
    summaries = [_arm(arm["level"], [runs[run] for run in arm["runs"]]) for arm in arms.values()]
    scored = [arm for arm in summaries if metric in arm["metrics"]]
    best = max(scored, key=lambda arm: sign * arm["metrics"][metric]["mean"], default=None)
    return {"metric": metric, "arms": summaries, "best": best and {"level": best["level"], **best["metrics"][metric]}}


def _level(overrides: Mapping[str, Any], test: PlannedTest | None) -> dict[str, Any]:
    """What an arm holds fixed: the compared factor, else all that is swept but the seed."""
    if test:
        return {test.factor: overrides.get(test.factor)}
    return {key: value for key, value in overrides.items() if key != "seed"}


def _arm(level: Mapping[str, Any], runs: Sequence[RunRecord]) -> dict[str, Any]:
    names = sorted({name for run in runs for name in run.metrics})
    return {
        "level": dict(level),
        "n": sum(run.is_completed for run in runs),
        "failed": sum(not run.is_completed for run in runs),
        "metrics": {name: _summary([run.metrics[name] for run in runs if name in run.metrics]) for name in names},
    }


def _summary(values: Sequence[float]) -> dict[str, Any]:
    return {"mean": fmean(values), "sd": stdev(values) if len(values) > 1 else None, "n": len(values)}


def _status(experiment: PlannedExperiment, verdict: Mapping[str, Any]) -> dict[str, Any]:
    """One deliverable over all its runs."""
    runs = verdict["runs"]
    missed = [one["detail"] for one in runs.values() if not one["validated"]]
    held = f"holds for {len(runs) - len(missed)} of {len(runs)} runs"
    detail = verdict.get("detail") or (f"{held}; of those that miss it: {missed[0]}" if missed else held)
    return _place(experiment, verdict) | {
        "status": verdict["status"],
        "validated": verdict["status"] == "validated",
        "required": verdict["required"],
        "validation_method": verdict["validation"],
        "detail": detail,
    }


def _place(experiment: PlannedExperiment, verdict: Mapping[str, Any]) -> dict[str, Any]:
    return {"path": experiment.deliverables[verdict["name"]].path}


def _run(
    point: PlannedPoint,
    experiment: PlannedExperiment,
    run: RunRecord,
    deliverables: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    asked = {name: one for name, one in deliverables.items() if run.run_id in one["runs"]}
    return {
        "point": point.name,
        "run_id": run.run_id,
        "overrides": point.overrides,
        "status": run.status["status"],
        "error": run.status.get("error"),
        "completed_at": run.status.get("completed_at"),
        "duration_seconds": run.status.get("duration_seconds"),
        "metrics": dict(run.metrics),
        "deliverables_status": {
            name: _place(experiment, one)
            | {
                "run_id": run.run_id,
                "status": "validated" if one["runs"][run.run_id]["validated"] else "failed",
                "validated": one["runs"][run.run_id]["validated"],
                "validation_method": one["validation"],
                "detail": one["runs"][run.run_id]["detail"],
            }
            for name, one in sorted(asked.items())
        },
    }


def _artifacts(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> list[dict[str, Any]]:
    """Every file that some deliverable promises, with the hash that its run recorded."""
    promised = {one.path for one in experiment.deliverables.values() if one.scope == "run"}
    return [
        {"run_id": run_id, "path": f"runs/{run_id}/{path}", **about}
        for run_id, run in runs.items()
        for path, about in sorted((run.status.get("artifacts") or {}).items())
        if any(path == one or path.startswith(f"{one}/") for one in promised)
    ]
