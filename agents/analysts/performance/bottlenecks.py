"""What the time went to, and how much memory it took: from the system metrics of completed runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.shared.arm_runs import ArmRuns, arm_column
from agents.analysts.shared.derived_facts import constant_fact, derived_fact, mean_fact
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.documents.document import Figure, Table
from agents.facts.fact import Fact
from agents.figures.time_plot import ArmTimes, draw_times

NAME = "times"
_TABLE = "costs"
EXHIBITS = frozenset((NAME, _TABLE))
FINDINGS = frozenset(("data-loading", "setup", "memory"))
SUSPECT = 30  # percent of the fit: from here on loading ahead, or more workers, would be felt
SUSPECT_ID = "performance.data_loading.suspect"
LOADING_ID = "performance.data_loading.mean"
SETUP_ID = "performance.setup.mean"
MEMORY_ID = "performance.peak_rss_bytes.max"
_SHARED = "Times depend on what else the machine did: a gap between arms is no sign that a setting costs time."
_MANY = 16  # arms: a picture of so many bars is read by nobody

_COLUMNS = {
    "Fit": "system.fit_seconds.mean",
    "Waiting for data": "system.data_loading_seconds.mean",
    "Throughput": "system.samples_per_second.mean",
    "Processor": "system.cpu_percent.mean",
    "Memory": "system.peak_rss_bytes.mean",
}


def bottlenecks(case: Case, arms: Sequence[ArmRuns], figures: Path) -> Part:
    facts = case.book.facts
    runs = [run for arm in arms for run in arm.runs]
    loading = [one for run in runs for one in _share(facts, run, "data_loading_seconds", "fit_seconds")]
    setup = [one for run in runs for one in _setup(facts, run)]
    means = [mean_fact(LOADING_ID, "mean share of the fit that waits for data", "experiment", loading)]
    means += [mean_fact(SETUP_ID, "mean share of a run that is neither fit nor test", "experiment", setup)]
    memory = _memory(facts, runs)
    made = [*loading, *setup, *(one for one in (*means, memory) if one)]
    if not made:
        return Part(not_estimated=(NotEstimated(what="What the time went to", why="No run kept system metrics."),))
    label = "share of the fit from which waiting for data is a bottleneck"
    made.append(constant_fact(SUSPECT_ID, SUSPECT, "percent", label, bottlenecks))
    known = {each.id for each in made}
    tables = tuple(_table(arms, facts))
    drawn = _figure(case, arms, figures)
    return Part(
        tuple(made), tuple(_findings(known, is_drawn=bool(drawn), has_table=bool(tables))), tables=tables, figures=drawn
    )


def percentage(part: Fact, whole: Fact) -> float:
    return 100 * float(part.value or 0) / float(whole.value or 0)


def rest(whole: Fact, *parts: Fact) -> float:
    """The percentage of the whole that is none of the parts."""
    return 100 * (1 - sum(float(each.value or 0) for each in parts) / float(whole.value or 0))


def largest(*facts: Fact) -> float:
    return max(float(each.value or 0) for each in facts)


def _share(facts: Mapping[str, Fact], run: str, part: str, whole: str) -> list[Fact]:
    used = _measured(facts, run, (part, whole))
    if len(used) < 2 or not used[1].value:
        return []
    label = "share of the fit that waits for data"
    return [derived_fact(f"performance.{run}.data_loading", percentage(*used), "percent", label, run, used, percentage)]


def _setup(facts: Mapping[str, Fact], run: str) -> list[Fact]:
    used = _measured(facts, run, ("wall_seconds", "fit_seconds", "test_seconds"))
    if len(used) < 3 or not used[0].value:
        return []
    label = "share of a run that is neither fit nor test"
    return [derived_fact(f"performance.{run}.setup", rest(*used), "percent", label, run, used, rest)]


def _measured(facts: Mapping[str, Fact], run: str, names: Sequence[str]) -> list[Fact]:
    found = [facts.get(f"{run}.system.{name}") for name in names]
    return [each for each in found if each is not None and each.value is not None]


def _memory(facts: Mapping[str, Fact], runs: Sequence[str]) -> Fact | None:
    used = [one for run in runs for one in _measured(facts, run, ("peak_rss_bytes",))]
    if not used:
        return None
    return derived_fact(MEMORY_ID, largest(*used), "bytes", "peak memory of any run", "experiment", used, largest)


def _findings(known: set[str], *, is_drawn: bool, has_table: bool) -> list[Finding]:
    found = []
    shown = f", drawn in {{{{ref:{NAME}}}}}" if is_drawn else ""
    if LOADING_ID in known:
        text = (
            f"Waiting for data took {{{{f:{LOADING_ID}}}}} of the fit on average{shown}; as a rule of thumb it counts "
            f"as a bottleneck from {{{{f:{SUSPECT_ID}}}}} on."
        )
        found.append(Finding(id="data-loading", text=text, facts=(LOADING_ID, SUSPECT_ID)))
    if SETUP_ID in known:
        text = f"On average {{{{f:{SETUP_ID}}}}} of a run was neither fit nor test: imports, set-up, saving."
        found.append(Finding(id="setup", text=text, facts=(SETUP_ID,)))
    if MEMORY_ID in known:
        costs = f" {{{{ref:{_TABLE}}}}} has what a run cost by arm." if has_table else ""
        text = f"The peak memory over all runs was {{{{f:{MEMORY_ID}}}}}.{costs}"
        found.append(Finding(id="memory", text=text, facts=(MEMORY_ID,)))
    return found


def _table(arms: Sequence[ArmRuns], facts: Mapping[str, Fact]) -> list[Table]:
    columns = {title: name for title, name in _COLUMNS.items() if any(f"{arm.subject}.{name}" in facts for arm in arms)}
    if not columns:
        return []
    rows = tuple((arm.level, *(_cell(facts, f"{arm.subject}.{name}") for name in columns.values())) for arm in arms)
    caption = f"What a run cost by arm: means over its completed runs. {_SHARED}"
    numeric = (False, *(True for _ in columns))
    return [Table(id=_TABLE, caption=caption, columns=(arm_column(arms), *columns), rows=rows, numeric=numeric)]


def _cell(facts: Mapping[str, Fact], name: str) -> str:
    return f"{{{{f:{name}}}}}" if name in facts else "–"


def _figure(case: Case, arms: Sequence[ArmRuns], figures: Path) -> tuple[Figure, ...]:
    found = [times for arm in arms if (times := _times(case, arm)) is not None]
    if not found or len(found) > _MANY:
        return ()
    draw_times(figures, NAME, found)
    caption = (
        "What the time of a run went to, by arm: means over its completed runs, in seconds of wall time. " + _SHARED
    )
    alt = "Horizontal bars, an arm each, split into waiting for data, computing in the fit, test, and the rest."
    return (Figure(id=NAME, path=f"{NAME}.png", caption=caption, alt=alt),)


def _times(case: Case, arm: ArmRuns) -> ArmTimes | None:
    names = ("data_loading_seconds", "fit_seconds", "test_seconds", "wall_seconds")
    values = [case.book.facts.get(f"{arm.subject}.system.{name}.mean") for name in names]
    known = [float(each.value) for each in values if each is not None and isinstance(each.value, int | float)]
    return ArmTimes(arm.name, *known) if len(known) == len(names) else None
