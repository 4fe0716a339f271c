"""Render the plans of experiments as text and tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from agents.planning.attainable import MAX_SEEDS
from agents.planning.power import Power
from rules.planning.power_plan import PowerPlan


def plans_view(plans: Sequence[PowerPlan]) -> RenderableType:
    return Group(*(part for plan in plans for part in _plan_view(plan)))


def _plan_view(plan: PowerPlan) -> Iterator[RenderableType]:
    yield Text(plan.experiment_id, "bold")
    for text, claim, effect in zip(plan.claim_texts, plan.test.claims, plan.assumptions.effects, strict=True):
        yield Text(f"claim: {text}")
        sd = plan.sd.by_metric[claim.metric]
        yield Text(f"assumed: true improvement {effect.improvement:.4g} ({effect.source}), sd {sd:.4g}")
    yield Text(f"sd: {plan.sd.source}")
    for note in plan.notes:
        yield Text(f"assumed: {note}")
    table = Table(box=None, pad_edge=False)
    for column in ("", "seeds", "runs", "hours", "power"):
        table.add_column(column)
    table.add_row("written", *_cells(plan, plan.written))
    wanted = f"power {plan.wanted:g}"
    if plan.required is None:
        table.add_row(wanted, f"more than {MAX_SEEDS}", "", "", "")
    else:
        table.add_row(wanted, *_cells(plan, plan.required))
    yield table


def _cells(plan: PowerPlan, power: Power) -> tuple[str, ...]:
    hours = plan.hours(power.runs)
    cost = "unknown" if hours is None else f"{hours:.2g}"
    return str(power.seeds), str(power.runs), cost, f"{power.power:.2f} ± {power.standard_error:.2f}"
