"""Render the plan and the states of experiments as the tables and trees that the commands print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from compiler.base.printable import printable_line
from compiler.plan.genealogy_entry import GenealogyEntry, Modification
from compiler.plan.model import Plan
from compiler.view.describe_test import claim_lines
from compiler.view.rich_output import MAX_LISTED, STATE_STYLES, new_table
from compiler.view.status import STATES, ExperimentState, RunState

_OUTCOME_STYLES = {"completed": "green", "partial_success": "yellow", "failed": "red"}


def compiled_table(plan: Plan, states: Mapping[str, ExperimentState], *, shows_claims: bool) -> RenderableType:
    """Return a table of experiments, and below it the claims that their tests decide if `shows_claims`."""
    table = new_table("experiment", "points", "runs", "to train", "deliverables", "shares runs with")
    for name, state in states.items():
        experiment, counts = plan.experiments[name], state.counts
        others = {other for run in state.runs for other in plan.runs[run.run_id].experiments} - {name}
        points, runs = len(experiment.points) + state.runs_to_come, len(state.runs) + state.runs_to_come
        numbers = (points, runs, counts["waiting"] + counts["stale"], len(experiment.deliverables))
        table.add_row(name, *map(str, numbers), ", ".join(sorted(others)))
    tests = {name: plan.experiments[name].design.test for name in states} if shows_claims else {}
    lines = [Text(f"{name}: {line}") for name, test in tests.items() if test for line in claim_lines(test)]
    return Group(table, *lines, *known_runs_lines(states))


def status_table(states: Mapping[str, ExperimentState], plan: Plan | None = None) -> RenderableType:
    """Return a table of experiments, and below it a line for each outdated experiment, running and failed run.

    With a plan, the lines name the points of the running runs.
    """
    table = new_table("experiment", *STATES, "outcome", "verdict", "stage")
    for name, state in states.items():
        cells = [Text(str(count), STATE_STYLES[key] if count else "dim") for key, count in state.counts.items()]
        table.add_row(name, *cells, _outcome(state), state.verdict_text, state.stage.text if state.stage else "")
    return Group(table, *_outdated(states), *_running(states, plan), *_failures(states))


def known_runs_lines(states: Mapping[str, ExperimentState]) -> Iterator[Text]:
    """Yield a line for each experiment with runs that were known, or would be known, before its registration."""
    for name, state in states.items():
        if state.registration is not None and state.registration.line:
            yield Text(f"{name}: {state.registration.line}", "yellow")


def _outdated(states: Mapping[str, ExperimentState]) -> Iterator[Text]:
    for name, state in states.items():
        if state.is_outdated:
            paths = ", ".join(change.path for change in state.changed_data)
            reason = f"other data than the current ones: {paths}" if paths else "another claim than that of the spec"
            yield Text(printable_line(f"{name}: its results are about {reason} (build it again)"), "yellow")


def _running(states: Mapping[str, ExperimentState], plan: Plan | None) -> Iterator[Text]:
    """Yield a line with the progress of each running run, once also if several experiments use it."""
    first_experiments: dict[str, tuple[str, RunState]] = {}
    for name, state in states.items():
        for run in state.runs:
            first_experiments.setdefault(run.run_id, (name, run))
    running = [(name, run) for name, run in first_experiments.values() if run.state == "running"]
    for name, run in running[:MAX_LISTED]:
        points = [point.name for point in plan.experiments[name].points if point.run == run.run_id] if plan else []
        progress = run.progress.line if run.progress else f"started, {run.reason}"
        yield Text(
            f"{name}: {' '.join([run.run_id, *points[:1]])}  {printable_line(progress)}", STATE_STYLES["running"]
        )
    if len(running) > MAX_LISTED:
        yield Text(f"and {len(running) - MAX_LISTED} more running (--json lists all)", STATE_STYLES["running"])


def _failures(states: Mapping[str, ExperimentState]) -> Iterator[Text]:
    for name, state in states.items():
        failed = [run for run in state.runs if run.state == "failed"]
        for run in failed[:MAX_LISTED]:
            yield Text(f"{name}: {run.run_id} failed, {run.reason}; log in results/runs/{run.run_id}/train.log", "red")
        if len(failed) > MAX_LISTED:
            yield Text(f"{name}: and {len(failed) - MAX_LISTED} more (--json lists all)", "red")


def genealogy_tree(plan: Plan, states: Mapping[str, ExperimentState]) -> RenderableType:
    """Return the genealogy of those in `states` as a tree. An experiment whose parent does not compile is a root."""
    entries = {entry.experiment_id: entry for entry in plan.genealogy if entry.experiment_id in states}
    children: dict[str | None, list[str]] = {}
    for name, entry in entries.items():
        parent = entry.parent_experiment
        children.setdefault(parent if parent in entries else None, []).append(name)
    root = Tree("experiments", hide_root=True)

    def add_children(tree: Tree, parent: str | None) -> None:
        for name in children.get(parent, []):
            add_children(tree.add(_branch(entries[name], states[name])), name)

    add_children(root, None)
    return root


def _branch(entry: GenealogyEntry, state: ExperimentState) -> Text:
    text = Text.assemble((entry.experiment_id, "bold"), "  ", _outcome(state))
    if state.verdict:
        text.append(f", hypothesis {state.verdict_text}")
    parameters = [change.parameter for change in entry.modifications]
    if parameters:
        more = ", …" if len(parameters) > 3 else ""
        text.append(f"  changes {', '.join(parameters[:3])}{more}", "dim")
    if entry.parent_source == "nearest":
        text.append("  (nearest by config)", "dim")
    return text


def difference_table(left: str, right: str, changes: Sequence[Modification]) -> RenderableType:
    if not changes:
        return Text(f"{left} and {right} have equal parameters")
    table = new_table("parameter", left, right)
    for change in changes:
        table.add_row(change.parameter, _cell(change.before), _cell(change.after))
    return table


def _outcome(state: ExperimentState) -> Text:
    if state.outcome is None:
        return Text("no results yet", "dim")
    label = " (outdated)" if state.is_outdated else ""
    text = Text(state.outcome + label, "dim" if label else _OUTCOME_STYLES.get(state.outcome, ""))
    if state.failed_gates:
        text.append(f", not delivered ({', '.join(state.failed_gates)})", "red")
    return text


def _cell(value: Any) -> str:
    if isinstance(value, list) and len(value) > MAX_LISTED:
        return f"{len(value)} values from {value[0]} to {value[-1]}"
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
