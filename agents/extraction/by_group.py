"""Extract the facts of a metric by group of the test items, from `results.json`."""

from __future__ import annotations

from collections.abc import Iterator

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.ids import metric_part
from agents.facts.subject import arm_subject
from agents.facts.units import unit_of
from agents.group_evaluation.column_result import ColumnResult, GapResult, GroupResult

_COUNTED = "items"


def group_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield the facts of each declared column and arm. Their ids begin with `groups.arm[SETTINGS].COLUMN`.

    Groups are numbered from 1 in the order of their labels, because labels are data and could collide in ids.
    """
    for result in evidence.results.content.groups:
        subject = str(arm_subject(result.arm))
        builder = FactBuilder(f"groups.{subject}.{result.column}", subject, evidence.results.source, group_facts)
        yield builder.fact("column", result.column, "text", "column by which the test items are grouped")
        yield builder.fact("runs", result.runs, "runs", f"completed runs evaluated by {result.column}", n=result.runs)
        yield builder.fact("count", len(result.groups), "groups", f"groups of {result.column}", n=len(result.groups))
        if result.reason is not None:
            yield builder.fact("reason", result.reason, "text", f"why there are no groups of {result.column}")
        for number, group in enumerate(result.groups, start=1):
            yield from _group_facts(builder, result, group, str(number))
        if result.missing is not None:
            yield from _group_facts(builder, result, result.missing, "missing")
        if result.gap is not None:
            yield from _gap_facts(builder, result, result.gap)


def _group_facts(builder: FactBuilder, result: ColumnResult, group: GroupResult, number: str) -> Iterator[Fact]:
    label = f"{result.column} = {group.name}" if group.name else f"a missing {result.column}"
    scope = f"the test items with {label}, over {group.items} items and {result.runs} run(s)"
    unit, metric, n = unit_of(result.metric), metric_part(result.metric), group.items
    if group.name:
        yield builder.fact(f"{number}.name", group.name, "level", f"a group of {result.column}", n=n)
    yield builder.fact(f"{number}.items", n, _COUNTED, f"test items with {label}", n=n)
    yield builder.fact(f"{number}.{metric}", group.mean, unit, f"mean {result.metric} of {scope}", n=n)
    for name, value in (("low", group.low), ("high", group.high)):
        words = f"{'lower' if name == 'low' else 'upper'} limit of the confidence interval of the mean {result.metric}"
        yield builder.fact(f"{number}.{name}", value, unit, f"{words} of {scope}", n=n)


def _gap_facts(builder: FactBuilder, result: ColumnResult, gap: GapResult) -> Iterator[Fact]:
    unit, groups = unit_of(result.metric), {group.name: group for group in result.groups}
    n = groups[gap.highest].items + groups[gap.lowest].items
    words = f"largest difference in mean {result.metric} between two groups of {result.column}, selected from all pairs"
    yield builder.fact("gap", gap.difference, unit, words, n=n)
    for name in ("low", "high"):
        limit = "lower" if name == "low" else "upper"
        label = f"{limit} limit of the simultaneous confidence interval of the {words}"
        yield builder.fact(f"gap_{name}", getattr(gap, name), unit, label, n=n)
    yield builder.fact("confidence", gap.level, "share", f"confidence level of the intervals of {result.column}", n=n)
    for name in ("highest", "lowest"):
        label = f"group of {result.column} with the {name} mean {result.metric}"
        yield builder.fact(name, getattr(gap, name), "level", label, n=groups[getattr(gap, name)].items)
