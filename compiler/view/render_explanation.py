"""Render the explanation of an experiment as text and tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from compiler.plan.design import PlannedTest
from compiler.plan.planned_search import PlannedSearch
from compiler.view.describe_test import claim_lines, rule_lines
from compiler.view.explain import Explanation
from compiler.view.rich_output import MAX_LISTED, STATE_STYLES, new_table

_MAX_POINTS = 4 * MAX_LISTED


def explanation_view(explanation: Explanation) -> RenderableType:
    experiment, genealogy = explanation.experiment, explanation.genealogy
    parent = f"{genealogy.parent_experiment} ({genealogy.parent_source})" if genealogy.parent_experiment else "none"
    counts = f"{len(explanation.points)} points, {len(experiment.runs)} runs, {len(explanation.to_train)} to train"
    lines = [
        Text.assemble((experiment.id, "bold"), f"  {experiment.file}"),
        Text(f"hypothesis: {experiment.design.hypothesis}"),
        *_test_lines(experiment.design.test),
        Text(f"parent: {parent}"),
        Text(counts),
    ]
    if explanation.cost is not None and explanation.cost.hours is not None and explanation.to_train:
        lines.append(Text(explanation.cost.line))
    if explanation.fused:
        groups = "1 group" if len(explanation.fused) == 1 else f"{len(explanation.fused)} groups"
        lines.append(Text(f"trained together on this machine: {sum(explanation.fused)} runs in {groups}"))
    if explanation.registration is not None and explanation.registration.line:
        lines.append(Text(explanation.registration.line, "yellow"))
    if experiment.search:
        lines.append(Text(_search_line(experiment.search)))
    for other, runs in explanation.shared_runs.items():
        lines.append(Text(f"shares {len(runs)} with {other}: {', '.join(runs[:MAX_LISTED])}"))
    lines += [Text(f"data: {path}") for path in explanation.data]
    return Group(*lines, *_point_table(explanation), _deliverable_table(explanation))


def _test_lines(test: PlannedTest | None) -> list[Text]:
    return list(map(Text, [*claim_lines(test), *rule_lines(test)])) if test else []


def _search_line(search: PlannedSearch) -> str:
    suggested = f"{len(search.trials)} trials suggested, {search.runs_to_come} of {search.budget} runs to come"
    return f"search: {search.goal} {search.metric} with {search.sampler}, {suggested}"


def _point_table(explanation: Explanation) -> Iterator[RenderableType]:
    table = new_table("point", "run", "state", "shared with")
    for point in explanation.points[:_MAX_POINTS]:
        state = Text(point.state, STATE_STYLES[point.state])
        table.add_row(point.name, point.run, state, ", ".join(point.shared_with))
    yield table
    hidden_count = len(explanation.points) - _MAX_POINTS
    if hidden_count > 0:
        yield Text(f"and {hidden_count} more points (--json lists all)")


def _deliverable_table(explanation: Explanation) -> Table:
    table = new_table("deliverable", "checked by")
    for title, check in explanation.deliverables.items():
        table.add_row(title, check)
    return table
