"""Evaluate the metric of each arm by the group columns that its data declare."""

from __future__ import annotations

from collections.abc import Mapping

from agents.group_evaluation.column_result import ColumnResult
from agents.group_evaluation.evaluate import evaluate_column
from agents.group_evaluation.group_scores import FinishedRunScores
from compiler.plan.model import PlannedExperiment
from rules.results.arms import group_by_arm
from rules.results.run_record import RunRecord


def group_metrics(
    experiment: PlannedExperiment, runs: Mapping[str, RunRecord], metric: str
) -> tuple[ColumnResult, ...]:
    """Return the metric by group of each declared column and arm. Failed runs have no results of items."""
    columns = dict.fromkeys(column for dataset in experiment.datasets for column in dataset.groups)
    return tuple(
        evaluate_column(_finished(arm.runs, runs, metric), metric, column, arm.levels)
        for column in columns
        for arm in group_by_arm(experiment)
    )


def _finished(arm: tuple[str, ...], runs: Mapping[str, RunRecord], metric: str) -> list[FinishedRunScores]:
    measured = [runs[run_id] for run_id in arm if metric in runs[run_id].metrics]
    return [FinishedRunScores(run.run_id, run.folder, run.metrics[metric]) for run in measured if run.is_completed]
