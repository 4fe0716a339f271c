"""What the commands print for people. Programs ask for `--json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from compiler.plan.genealogy_entry import GenealogyEntry, Modification
from compiler.plan.model import Plan
from compiler.view.explain import shared_runs
from compiler.view.status import STATES, ExperimentState

_LONGEST_LIST = 12
_PIPED_WIDTH = 160  # columns, where no terminal says how many it has
_STYLES = {"done": "green", "failed": "red", "running": "cyan", "stale": "yellow", "waiting": "dim"}
_OUTCOMES = {"completed": "green", "partial_success": "yellow", "failed": "red"}


def print_rich(what: RenderableType) -> None:
    """To standard output; colours only where someone looks."""
    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    console.width = console.width if console.is_terminal else _PIPED_WIDTH
    console.print(what)


def compiled_table(plan: Plan, states: Mapping[str, ExperimentState]) -> RenderableType:
    table = _table("experiment", "points", "runs", "to train", "deliverables", "shares runs with")
    for name, state in states.items():
        experiment, counts = plan.experiments[name], state.counts
        others = {other for run in state.runs for other in plan.runs[run.run_id].experiments} - {name}
        points, runs = len(experiment.points) + state.to_ask, len(state.runs) + state.to_ask
        numbers = (points, runs, counts["waiting"] + counts["stale"])
        table.add_row(name, *map(str, numbers), str(len(experiment.deliverables)), ", ".join(sorted(others)))
    return table


def status_table(states: Mapping[str, ExperimentState]) -> RenderableType:
    table = _table("experiment", *STATES, "outcome", "verdict")
    for name, state in states.items():
        cells = [Text(str(count), _STYLES[key] if count else "dim") for key, count in state.counts.items()]
        table.add_row(name, *cells, _outcome(state), state.verdict or "")
    return Group(table, *_failures(states))


def _failures(states: Mapping[str, ExperimentState]) -> Iterator[Text]:
    for name, state in states.items():
        failed = [run for run in state.runs if run.state == "failed"]
        for run in failed[:_LONGEST_LIST]:
            yield Text(f"{name}: {run.run_id} failed, {run.reason}; log in results/runs/{run.run_id}/train.log", "red")
        if len(failed) > _LONGEST_LIST:
            yield Text(f"{name}: and {len(failed) - _LONGEST_LIST} more (--json tells all)", "red")


def family_tree(plan: Plan, states: Mapping[str, ExperimentState]) -> RenderableType:
    family = {entry.experiment_id: entry for entry in plan.genealogy}
    branches: dict[str | None, list[str]] = {}
    for name, entry in family.items():
        parent = entry.parent_experiment
        branches.setdefault(parent if parent in family else None, []).append(name)
    root = Tree("experiments", hide_root=True)

    def grow(tree: Tree, parent: str | None) -> None:
        for name in branches.get(parent, []):
            grow(tree.add(_member(family[name], states[name])), name)

    grow(root, None)
    return root


def _member(entry: GenealogyEntry, state: ExperimentState) -> Text:
    told = Text.assemble((entry.experiment_id, "bold"), "  ", _outcome(state))
    if state.verdict:
        told.append(f", hypothesis {state.verdict}")
    changed = [change.parameter for change in entry.modifications]
    if changed:
        more = ", …" if len(changed) > 3 else ""
        told.append(f"  changes {', '.join(changed[:3])}{more}", "dim")
    if entry.parent_source == "nearest":
        told.append("  (nearest by config)", "dim")
    return told


def explained(found: Mapping[str, Any]) -> RenderableType:
    lines = [
        Text.assemble((found["experiment_id"], "bold"), f"  {found['file']}"),
        Text(f"hypothesis: {found['hypothesis']}"),
        Text(f"parent: {found['parent']} ({found['parent_source']})" if found["parent"] else "parent: none"),
        Text(f"{len(found['points'])} points, {found['runs']} runs, {len(found['to_train'])} to train"),
    ]
    if search := found["search"]:
        asked = f"{len(search['trials'])} trials asked, {found['to_ask']} of {search['budget']} runs to ask"
        lines.append(Text(f"search: {search['goal']} {search['metric']} with {search['sampler']}, {asked}"))
    for other, runs in shared_runs(found).items():
        lines.append(Text(f"shares {len(runs)} with {other}: {', '.join(runs[:_LONGEST_LIST])}"))
    lines += [Text(f"data: {path}") for path in found["data"]]
    table = _table("point", "run", "state", "shared with")
    for point in found["points"][: 4 * _LONGEST_LIST]:
        state = Text(point["state"], _STYLES[point["state"]])
        table.add_row(point["name"], point["run"], state, ", ".join(point["shared_with"]))
    left_out = len(found["points"]) - 4 * _LONGEST_LIST
    promised = _table("deliverable", "checked by")
    for title, told in found["deliverables"].items():
        promised.add_row(title, told)
    more = [Text(f"and {left_out} more points (--json tells all)")] if left_out > 0 else []
    return Group(*lines, table, *more, promised)


def difference_table(left: str, right: str, changes: Sequence[Modification]) -> RenderableType:
    if not changes:
        return Text(f"{left} and {right} set the same")
    table = _table("parameter", left, right)
    for change in changes:
        table.add_row(change.parameter, _shown(change.before), _shown(change.after))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _outcome(state: ExperimentState) -> Text:
    if state.outcome is None:
        return Text("no results yet", "dim")
    return Text(state.outcome, _OUTCOMES[state.outcome])


def _shown(value: Any) -> str:
    if isinstance(value, list) and len(value) > _LONGEST_LIST:
        return f"{len(value)} values from {value[0]} to {value[-1]}"
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
