"""Build cases of small experiments. Facts and verdicts are extracted as in a build, from invented run outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.context.baselines import Baseline, RecordedBaseline
from agents.context.case import Book, Case
from agents.context.results import results_from_json
from agents.extraction.evidence import EVALUATION, Ancestor, Document, Evidence, RunFiles
from agents.extraction.extract import extract
from agents.facts.fact import Source, by_id
from agents.facts.ids import label
from agents.registered_test.comparison_check import check_experiment
from compiler.runs.run_status import RunError, RunStatus
from tests.agents.small_experiment import CONFIRMATORY

METRIC = "accuracy"
Rows = Sequence[tuple[Mapping[str, Any], float | None]]  # overrides of a point, and its accuracy, None for a failed run


def grid(factor: str, values: Mapping[Any, Sequence[float | None]]) -> Rows:
    """Return rows for the levels of one factor, with the accuracies of seeds 0, 1, …"""
    return [
        ({factor: level, "seed": seed}, accuracy)
        for level, accuracies in values.items()
        for seed, accuracy in enumerate(accuracies)
    ]


def study(
    rows: Rows,
    compare: Mapping[str, Any] | None = None,
    *,
    parent: Rows = (),
    failure: str = "error",
    baselines: Sequence[Mapping[str, Any]] = (),
    **spec: Any,
) -> Case:
    """Return the case of an experiment `study` with one point per row. `spec` has further fields of experiment.json."""
    points = [{"name": _name(levels), "overrides": levels, "run": _run_id(levels)} for levels, _ in rows]
    experiment_json = {
        "experiment_id": "study",
        "name": "Study",
        "file": "conf/experiment/study.yaml",
        "hypothesis": "It helps.",
        "parent": "older" if parent else None,
        "modifications": [],
        "deliverables": [],
        "metadata": {"created_at": "2026-01-02", "tags": ["small"]},
        "compare": {
            "metric": METRIC,
            "goal": "maximize",
            "alpha": 0.05,
            "minimum_effect": 0.0,
            "paired": False,
            **compare,
        }
        if compare
        else None,
        "sweep": {key: "given" for levels, _ in rows for key in levels},
        "points": points,
        **spec,
    }
    test = {**experiment_json["compare"], "folds": spec.get("folds")} if compare else None
    results = _results(rows, test, failure)
    evidence = Evidence(
        "study",
        Source("results/experiments/study/experiment.json", "a" * 64),
        Document(results_from_json(results), Source("results/experiments/study/results.json", "b" * 64)),
        None,
        tuple(_run(levels, value, failure) for levels, value in rows),
        Ancestor("older", None, len(parent), tuple(_run(levels, value) for levels, value in parent))
        if parent
        else None,
    )
    extracted = extract(evidence)
    facts, verdicts = by_id(extracted.facts), {verdict.id: verdict for verdict in extracted.verdicts}
    return Case(
        "study",
        Book(facts, verdicts, experiment_json),
        None,
        evidence.results.content,
        extracted.series,
        (),
        tuple(map(_recorded_baseline, baselines)),
    )


def _recorded_baseline(entry: Mapping[str, Any]) -> RecordedBaseline:
    """Return a baseline from its fields, with the `file` that contains it and its `sha256`."""
    fields = {key: value for key, value in entry.items() if key not in ("file", "sha256")}
    return RecordedBaseline(Baseline.model_validate(fields), Source(entry["file"], entry["sha256"]))


def _results(rows: Rows, compare: Mapping[str, Any] | None, failure: str) -> dict[str, Any]:
    runs = [
        {
            "point": _name(levels),
            "run_id": _run_id(levels),
            "overrides": dict(levels),
            "metrics": None if value is None else {METRIC: value},
            "error": {"kind": failure, "message": "it failed"} if value is None else None,
        }
        for levels, value in rows
    ]
    comparison_input = [
        {"run_id": run["run_id"], "levels": run["overrides"], "metrics": run["metrics"]} for run in runs
    ]
    return {
        "status": "completed",
        "post_hoc": False,
        "registration": CONFIRMATORY | {"fresh_runs": [], "known_runs": []},
        "summary_metrics": {"metric": METRIC},
        "deliverables_status": {},
        "comparison": check_experiment(compare, comparison_input)[2] if compare else None,
        "runs": runs,
    }


def _run(levels: Mapping[str, Any], value: float | None, failure: str = "error") -> RunFiles:
    folder = f"results/runs/{_run_id(levels)}"
    failed_status = RunStatus("failed", error=RunError(failure, "it failed"))
    status = failed_status if value is None else RunStatus("completed", duration_seconds=1.0)
    measured = Document({METRIC: value}, Source(f"{folder}/{EVALUATION}", "c" * 64))
    documents = {} if value is None else {EVALUATION: measured}
    return RunFiles(
        _name(levels), _run_id(levels), levels, Document(status, Source(f"{folder}/status.json", "d" * 64)), documents
    )


def _name(levels: Mapping[str, Any]) -> str:
    return ",".join(f"{key}={label(value)}" for key, value in levels.items()) or "base"


def _run_id(levels: Mapping[str, Any]) -> str:
    return f"run-{_name({key: levels[key] for key in sorted(levels)})}"
