"""One deliverable over all the runs it is asked of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pkgutil import resolve_name
from statistics import fmean
from typing import Any

from compiler.base.identity import canonical
from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable
from compiler.deliverables.registry import deliverable_type
from compiler.plan.model import PlannedExperiment
from rules.results.run_record import RunRecord, compiled_job
from rules.results.search_results import best_trial, finished_trials

Verdict = dict[str, Any]
CheckRun = Callable[[RunRecord], CheckResult]


def checked_deliverable(
    spec: Deliverable, experiment: PlannedExperiment, runs: Mapping[str, RunRecord], check: CheckRun
) -> Verdict:
    """The verdict over the runs that the deliverable is asked of.

    Args:
        spec: the deliverable as the spec has it.
        experiment: as in the plan.
        runs: every run of the experiment by id.
        check: looks at one completed run.
    """
    asked = best_arm(experiment, runs) if spec.over == "best" else list(runs)
    found = {run_id: _run_verdict(runs[run_id], check) for run_id in asked}
    holds = bool(found) and all(one["validated"] for one in found.values())
    return {
        "schema_version": 1,
        "name": spec.title,
        "type": spec.type,
        "validation": spec.validation,
        "required": spec.required,
        "over": spec.over,
        "status": "validated" if holds else "failed",
        "runs": found,
    }


def experiment_verdict(
    spec: Deliverable, experiment: PlannedExperiment, runs: Mapping[str, RunRecord]
) -> dict[str, Any]:
    """The verdict on a deliverable that is checked once, over all runs together."""
    test = experiment.design.test
    holds, detail, found = named_check(spec)(test.to_json() if test else None, compared(experiment, runs))
    return {
        "schema_version": 1,
        "name": spec.title,
        "type": spec.type,
        "validation": spec.validation,
        "required": spec.required,
        "over": spec.over,
        "status": "validated" if holds else "failed",
        "detail": detail,
        "comparison": found,
        "runs": {},
    }


def compared(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> list[dict[str, Any]]:
    """Each point as the registered test sees it; a failed run has no metrics."""
    return [
        {
            "run_id": point.run,
            "levels": point.overrides,
            "metrics": dict(runs[point.run].metrics) if runs[point.run].is_completed else None,
        }
        for point in experiment.points
    ]


def run_check(lab: Lab, spec: Deliverable) -> CheckRun:
    """The check that the type names for this validation. Torch or wandb is imported on the first run checked."""

    def check(run: RunRecord) -> CheckResult:
        job = compiled_job(lab, run.run_id)
        evidence = FinishedRun(run.run_id, run.folder, job.config, job.data)
        finding = named_check(spec)(evidence, spec)
        assert isinstance(finding, CheckResult), f"the check of {spec.type} must return a CheckResult, not {finding!r}"
        return finding

    return check


def named_check(spec: Deliverable) -> Callable[..., Any]:
    named = deliverable_type(spec.type).checks[spec.validation]
    return resolve_name(named) if isinstance(named, str) else named


def best_arm(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> list[str]:
    """Runs of the level of the compared factor with the best mean of the registered metric; the first of equals.

    A search without a registered test has its best trial.
    """
    test, search = experiment.design.test, experiment.search
    if test is None:
        assert search is not None, "a spec with `over: best` has a test or a search"
        best = best_trial(search, finished_trials(search, runs))
        return list(dict.fromkeys(best["runs"])) if best else list(runs)
    sign = 1 if test.goal == "maximize" else -1
    arms: dict[bytes, list[str]] = {}
    for point in experiment.points:
        arm = arms.setdefault(canonical(point.overrides.get(test.factor)), [])
        if point.run not in arm:
            arm.append(point.run)
    scored = [(mean, arm) for arm in arms.values() if (mean := _mean(arm, runs, test.metric)) is not None]
    return max(scored, key=lambda one: sign * one[0])[1] if scored else list(runs)


def _mean(arm: Sequence[str], runs: Mapping[str, RunRecord], metric: str) -> float | None:
    values = [runs[run].metrics[metric] for run in arm if metric in runs[run].metrics]
    return fmean(values) if values else None


def _run_verdict(run: RunRecord, check: CheckRun) -> Verdict:
    finding = check(run) if run.is_completed else CheckResult(False, f"the run failed: {run.failure}")
    return {"status": run.status["status"], "validated": finding.passed, "detail": finding.detail}
