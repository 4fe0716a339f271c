"""Build the table and the figure of the costs of a run, by arm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agents.analysts.shared.arm_runs import ArmRuns, arm_column
from agents.analysts.shared.table_cells import fact_cell
from agents.context.case import Case
from agents.documents.document import Figure, Table
from agents.figures.time_plot import ArmTimes, draw_times

TIMES_FIGURE = "times"
COSTS_TABLE = "costs"
EXHIBITS = frozenset((TIMES_FIGURE, COSTS_TABLE))
_CAUTION = (
    "Times depend on the load of the machine, so a difference between arms is not evidence of the cost of a setting."
)
_MAX_BARS = 16  # arms of a readable figure
_COLUMNS = {
    "Fit": "system.fit_seconds.mean",
    "Waiting for data": "system.data_loading_seconds.mean",
    "Throughput": "system.samples_per_second.mean",
    "CPU": "system.cpu_percent.mean",
    "Memory": "system.peak_rss_bytes.mean",
    "Trained together": "system.ensemble_members.mean",
}
_SHARED = (
    "The times of runs that were trained together are their share of the time of all of them. Memory and CPU are those"
    " of all of them."
)


def costs_table(case: Case, arms: Sequence[ArmRuns]) -> tuple[Table, ...]:
    """Return the table of the means of each arm, none if no cost was measured. Columns without values are omitted."""
    facts = case.book.facts
    columns = {title: name for title, name in _COLUMNS.items() if any(f"{arm.subject}.{name}" in facts for arm in arms)}
    if not columns:
        return ()

    shared = f" {_SHARED}" if "Trained together" in columns else ""
    rows = tuple((arm.level, *(fact_cell(facts, f"{arm.subject}.{name}") for name in columns.values())) for arm in arms)
    return (
        Table(
            id=COSTS_TABLE,
            caption=f"Costs of a run by arm, as means over the completed runs. {_CAUTION}{shared}",
            columns=(arm_column(case), *columns),
            rows=rows,
            numeric=(False, *(True for _ in columns)),
        ),
    )


def times_figure(case: Case, arms: Sequence[ArmRuns], figures: Path) -> tuple[Figure, ...]:
    times = [arm_times for arm in arms if (arm_times := _arm_times(case, arm)) is not None]
    if not times or len(times) > _MAX_BARS:
        return ()
    draw_times(figures, TIMES_FIGURE, times)
    caption = f"Parts of the wall time of a run by arm, as means over the completed runs, in seconds. {_CAUTION}"
    alt = "Horizontal bars for the arms, divided into waiting for data, computing in the fit, test, and the rest."
    return (Figure(id=TIMES_FIGURE, path=f"{TIMES_FIGURE}.png", caption=caption, alt=alt),)


def _arm_times(case: Case, arm: ArmRuns) -> ArmTimes | None:
    names = ("data_loading_seconds", "fit_seconds", "test_seconds", "wall_seconds")
    means = [case.book.facts.get(f"{arm.subject}.system.{name}.mean") for name in names]
    values = [float(mean.value) for mean in means if mean is not None and isinstance(mean.value, int | float)]
    return ArmTimes(arm.name, *values) if len(values) == len(names) else None
