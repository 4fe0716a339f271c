"""Check a `group_gap`: the gap between the groups of the test items of a run is within a limit."""

from __future__ import annotations

import math
import operator
from typing import Any

from agents.group_evaluation.column_result import ColumnResult, GapResult, GroupResult
from agents.group_evaluation.evaluate import evaluate_column
from agents.group_evaluation.group_scores import FinishedRunScores
from compiler.base.printable import printable_line
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.runs.run_metrics import run_metrics

_OPERATORS = {"<=": operator.le, "<": operator.lt}
_MAX_NAMES = 5  # of groups in a message


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Compare the gap, or its upper confidence limit, with the limit. A gap that is not known does not pass."""
    value = run_metrics(run.folder).get(spec.metric)
    if value is None:
        return CheckResult(False, f"the run has no finite {spec.metric}, so the gap is not known")
    scores = FinishedRunScores(run.run_id, run.folder, value)
    result = evaluate_column([scores], spec.metric, spec.column, min_items=spec.min_items)
    if result.reason is not None:
        return CheckResult(False, f"the gap is not known: {printable_line(result.reason)}")
    if result.gap is None:
        groups = _listed(result.groups) or "none"
        problem = f"fewer than two groups of {spec.column} have at least {spec.min_items} items with finite scores"
        return CheckResult(False, f"the gap is not known: {problem} ({groups})")
    return _compare(result, result.gap, spec)


def _compare(result: ColumnResult, gap: GapResult, spec: Any) -> CheckResult:
    compared = gap.high if spec.of == "upper_limit" else gap.difference
    passed = math.isfinite(compared) and _OPERATORS[spec.operator](compared, spec.max_gap)
    groups = {group.name: group for group in result.groups}
    first, second = (_described(groups[name], spec) for name in (gap.highest, gap.lowest))
    limit = f"{'upper limit of the gap' if spec.of == 'upper_limit' else 'gap'} {spec.operator} {spec.max_gap:g}"
    return CheckResult(
        bool(passed),
        f"mean {spec.metric}: {first}, {second}; gap {gap.difference:.4g}, {gap.level:.0%} confidence interval "
        f"{gap.low:.4g} to {gap.high:.4g} over {len(_compared(result, spec))} groups; required: {limit}"
        f"{' (the interval extends beyond it)' if passed and gap.high > spec.max_gap else ''}{_excluded(result, spec)}",
    )


def _described(group: GroupResult, spec: Any) -> str:
    return f"{group.mean:.4g} for {spec.column} = {printable_line(group.name)} (n = {group.items})"


def _compared(result: ColumnResult, spec: Any) -> list[GroupResult]:
    return [group for group in result.groups if group.items >= spec.min_items]


def _excluded(result: ColumnResult, spec: Any) -> str:
    """Return which groups and items are in no comparison, "" if all are."""
    small = [group for group in result.groups if group.items < spec.min_items]
    parts = [f"fewer than {spec.min_items} items: {_listed(small)}"] if small else []
    if result.missing is not None:
        parts.append(f"{result.missing.items} items without a value")
    return f"; not compared: {'; '.join(parts)}" if parts else ""


def _listed(groups: Any) -> str:
    names = [f"{printable_line(group.name)} (n = {group.items})" for group in groups]
    return ", ".join(names[:_MAX_NAMES]) + (f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else "")
