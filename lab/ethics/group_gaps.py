"""Find unequal performance over the groups that the data groups of an experiment declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.group_evaluation.column_result import ColumnResult
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from lab.ethics.flag import Finding


def group_findings(lab: Lab, experiment: PlannedExperiment) -> Iterator[Finding]:
    """Yield a finding for each column and arm whose gap between groups is established or not known.

    A gap is established if its interval, which allows for the selection of the two groups, excludes zero.
    """
    declared = {column for data in experiment.datasets for column in data.groups}
    results = _results(lab, experiment.id) if declared else {}
    evaluated = [ColumnResult.from_json(entry) for entry in results.get("groups") or ()]
    for result, entry in zip(evaluated, results.get("groups") or (), strict=True):
        if text := _problem(result):
            arm = ", ".join(f"{key}={value}" for key, value in result.arm.items())
            yield Finding("group_gap", f"{result.column}{f' ({arm})' if arm else ''}: {text}", entry)
    for column in sorted(declared - {result.column for result in evaluated}):
        yield Finding("group_gap", f"{column}: is declared and was not evaluated", {column: None})


def _problem(result: ColumnResult) -> str:
    """Return why the groups of a column are no evidence of equal performance, "" if no gap was found."""
    gap = result.gap
    if gap is None:
        return f"the gap is not known: {result.reason or 'fewer than two groups have enough items'}"
    if gap.low <= 0:
        return ""
    interval = f"{gap.low:.4g} to {gap.high:.4g}"
    return f"{result.metric} of {gap.highest} is higher than that of {gap.lowest} by {gap.difference:.4g} ({interval})"


def _results(lab: Lab, experiment_id: str) -> Mapping[str, Any]:
    """Return the results of an experiment, nothing if they are missing or damaged."""
    try:
        content = read_json(lab.results_file(experiment_id))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
