"""Compute the costs of runs: waiting for data, set-up and memory, from the system metrics of completed runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.cost_exhibits import COSTS_TABLE, TIMES_FIGURE, costs_table, times_figure
from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import constant_fact, derived_fact, mean_fact
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.facts.fact import Fact

FINDINGS = frozenset(("data-loading", "setup", "memory"))
BOTTLENECK_PERCENT = (
    30  # of the fit spent waiting for data; from here on, prefetching would shorten training noticeably
)
BOTTLENECK_ID = "performance.data_loading.suspect"
LOADING_ID = "performance.data_loading.mean"
SETUP_ID = "performance.setup.mean"
MEMORY_ID = "performance.peak_rss_bytes.max"


def run_costs(case: Case, arms: Sequence[ArmRuns], figures: Path) -> Part:
    facts = _cost_facts(case.book.facts, [run for arm in arms for run in arm.runs])
    if not facts:
        return Part(not_estimated=(NotEstimated(what="The costs of runs", why="No run recorded system metrics."),))
    label = "share of the fit from which waiting for data is a bottleneck"
    facts.append(constant_fact(BOTTLENECK_ID, BOTTLENECK_PERCENT, "percent", label, run_costs))
    tables, drawn_figures = costs_table(case, arms), times_figure(case, arms, figures)
    findings = _findings({fact.id for fact in facts}, is_drawn=bool(drawn_figures), has_table=bool(tables))
    return Part(tuple(facts), tuple(findings), tables=tables, figures=drawn_figures)


def percentage(part: Fact, whole: Fact) -> float:
    return 100 * float(part.value or 0) / float(whole.value or 0)


def remaining_percentage(whole: Fact, *parts: Fact) -> float:
    """Return the percentage of the whole that is in none of the parts."""
    return 100 * (1 - sum(float(part.value or 0) for part in parts) / float(whole.value or 0))


def largest(*facts: Fact) -> float:
    return max(float(fact.value or 0) for fact in facts)


def _cost_facts(facts: Mapping[str, Fact], runs: Sequence[str]) -> list[Fact]:
    loading = [fact for run in runs for fact in _loading_share(facts, run)]
    setup = [fact for run in runs for fact in _setup_share(facts, run)]
    overall = (
        mean_fact(LOADING_ID, "mean share of the fit that waits for data", "experiment", loading),
        mean_fact(SETUP_ID, "mean share of a run that is neither fit nor test", "experiment", setup),
        _peak_memory(facts, runs),
    )
    return [*loading, *setup, *(fact for fact in overall if fact)]


def _loading_share(facts: Mapping[str, Fact], run: str) -> list[Fact]:
    used = _measured(facts, run, ("data_loading_seconds", "fit_seconds"))
    if len(used) < 2 or not used[1].value:
        return []
    name, label = f"performance.{run}.data_loading", "share of the fit that waits for data"
    return [derived_fact(name, percentage(*used), "percent", label, run, used, percentage)]


def _setup_share(facts: Mapping[str, Fact], run: str) -> list[Fact]:
    used = _measured(facts, run, ("wall_seconds", "fit_seconds", "test_seconds"))
    if len(used) < 3 or not used[0].value:
        return []
    name, label = f"performance.{run}.setup", "share of a run that is neither fit nor test"
    return [derived_fact(name, remaining_percentage(*used), "percent", label, run, used, remaining_percentage)]


def _peak_memory(facts: Mapping[str, Fact], runs: Sequence[str]) -> Fact | None:
    used = [fact for run in runs for fact in _measured(facts, run, ("peak_rss_bytes",))]
    if not used:
        return None
    return derived_fact(MEMORY_ID, largest(*used), "bytes", "peak memory of any run", "experiment", used, largest)


def _measured(facts: Mapping[str, Fact], run: str, names: Sequence[str]) -> list[Fact]:
    measured = [facts.get(f"{run}.system.{name}") for name in names]
    return [fact for fact in measured if fact is not None and fact.value is not None]


def _findings(ids: set[str], *, is_drawn: bool, has_table: bool) -> Iterator[Finding]:
    if LOADING_ID in ids:
        figure = f" ({{{{ref:{TIMES_FIGURE}}}}})" if is_drawn else ""
        text = (
            f"On average, {{{{f:{LOADING_ID}}}}} of the fit was spent waiting for data{figure}. As a rule of thumb, "
            f"data loading is a bottleneck from {{{{f:{BOTTLENECK_ID}}}}} on."
        )
        yield Finding(id="data-loading", text=text, facts=(LOADING_ID, BOTTLENECK_ID))
    if SETUP_ID in ids:
        text = f"On average, {{{{f:{SETUP_ID}}}}} of a run was neither fit nor test: imports, set-up and saving."
        yield Finding(id="setup", text=text, facts=(SETUP_ID,))
    if MEMORY_ID in ids:
        table = f" {{{{ref:{COSTS_TABLE}}}}} lists the costs of a run by arm." if has_table else ""
        text = f"The peak memory over all runs was {{{{f:{MEMORY_ID}}}}}.{table}"
        yield Finding(id="memory", text=text, facts=(MEMORY_ID,))
