"""Render the results of two experiments side by side, without a comparison that no test has made."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from compiler.base.printable import printable_line
from compiler.run_table.render_rows import value_text
from compiler.view.render import difference_table
from compiler.view.rich_output import new_table
from rules.results.two_experiments.side_by_side import NOT_TESTED, Side, SideBySide


def side_by_side_view(both: SideBySide) -> RenderableType:
    sides = (both.left, both.right)
    shared = f"{len(both.shared_runs)} shared runs" if len(both.shared_runs) != 1 else "1 shared run"
    parts: list[RenderableType] = [
        _summary(sides),
        *(Text(f"{side.experiment_id}: {line}", "yellow") for side in sides for line in _outdated(side)),
        _headed("claims", *_claims(sides)),
        _headed("arms", _arms(sides)),
        _headed("parameters", difference_table(both.left.experiment_id, both.right.experiment_id, both.parameters)),
        Text(f"\n{shared}"),
        *_tests(both),
    ]
    return Group(*parts)


def _summary(sides: tuple[Side, ...]) -> Table:
    table = new_table("", *(side.experiment_id for side in sides))
    table.add_row("outcome", *(side.results.status if side.results else "no results yet" for side in sides))
    table.add_row("verdict", *map(_verdict, sides))
    names = dict.fromkeys(name for side in sides if side.results for name in side.results.deliverables_status)
    for name in names:
        table.add_row(f"deliverable {name}", *(_deliverable(side, name) for side in sides))
    return table


def _verdict(side: Side) -> str:
    if side.results is None or side.results.comparison is None:
        return "no test" if side.results else ""
    standing = side.results.registration.standing
    return str(side.results.verdict) + ("" if standing == "confirmatory" else f" ({standing})")


def _deliverable(side: Side, name: str) -> str:
    statuses = side.results.deliverables_status if side.results else {}
    return statuses[name].status if name in statuses else ""


def _outdated(side: Side) -> Iterator[str]:
    """Yield a line if runs of the experiment are not what its results were computed from."""
    changed = {state: side.states[state] for state in ("running", "stale", "waiting") if side.states.get(state)}
    if side.results is not None and changed:
        counts = ", ".join(f"{count} {state}" for state, count in changed.items())
        yield f"the results are those of the last build; runs now: {counts}"


def _claims(sides: tuple[Side, ...]) -> Iterator[Text]:
    for side in sides:
        comparison = side.results.comparison if side.results else None
        for claim in comparison["claims"] if comparison else ():
            yield Text(printable_line(f"{side.experiment_id}: {claim['text'] or claim['type']}: {claim['verdict']}"))


def _arms(sides: tuple[Side, ...]) -> Table:
    """Return the arms of both experiments with the metrics that both have, or all if they have none in common."""
    with_results = [side for side in sides if side.results]
    metrics = set.intersection(*(side.metrics for side in with_results)) if with_results else set()
    own = {side.results.summary_metrics.metric for side in with_results if side.results}
    names = sorted(metrics | own, key=lambda name: (name not in own, name))
    table = new_table("experiment", "arm", "runs", "failed", *names)
    for side in with_results:
        assert side.results
        for arm in side.results.summary_metrics.arms:
            level = ", ".join(f"{key}={value}" for key, value in arm.level.items()) or "base"
            values = (arm.metrics.get(name) for name in names)
            cells = [f"{value_text(value.mean)}{_sd(value.sd)}" if value else "" for value in values]
            table.add_row(side.experiment_id, printable_line(level), str(arm.n), str(arm.failed), *cells)
    return table


def _sd(sd: float | None) -> str:
    return "" if sd is None else f" (sd {sd:.3g})"


def _tests(both: SideBySide) -> Iterator[RenderableType]:
    if not both.tests:
        yield Text(NOT_TESTED)
        return
    for test in both.tests:
        yield Text(printable_line(f"{test['experiment']}: {test['verdict']}. {test['sentence']}"))


def _headed(title: str, *parts: RenderableType) -> Group:
    return Group(Text(f"\n{title}", "bold"), *parts) if parts else Group()
