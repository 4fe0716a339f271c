"""Compare the data of two experiments, and those of an experiment with the data of its last build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.plan.model import Plan
from compiler.view.rich_output import new_table

_MAX_HASH = 12  # characters of a hash in a table


@dataclass(frozen=True)
class DataChange:
    """A tracked path with its versions on two sides, None where the path is not used."""

    path: str
    before: str | None
    after: str | None

    def to_json(self) -> dict[str, str | None]:
        return {"path": self.path, "from": self.before, "to": self.after}


def data_of(plan: Plan, experiment: str) -> dict[str, str]:
    """Return the versions of the tracked data that the runs of an experiment read, by path."""
    planned = plan.experiments[experiment]
    runs = [plan.runs[run] for run in planned.runs if run in plan.runs]
    probes = planned.search.probes if planned.search else ()
    return {path: plan.data[path] for run in (*runs, *probes) for path in run.data}


def built_data(lab: Lab, experiment: str) -> dict[str, str]:
    """Return the versions that the runs in results.json were trained with. Unreadable files are left out."""
    results = readable_object(lab.results_file(experiment)) or {}
    points = results.get("runs")
    runs = {point.get("run_id") for point in points if isinstance(point, dict)} if isinstance(points, list) else set()
    configs = (readable_object(lab.run(run) / "config.json") or {} for run in sorted(filter(None, runs)))
    versions = (config.get("data") for config in configs)
    return {path: str(version) for data in versions if isinstance(data, dict) for path, version in data.items()}


def data_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[DataChange]:
    """Return the paths whose versions differ, in order."""
    changes = (DataChange(path, before.get(path), after.get(path)) for path in sorted({*before, *after}))
    return [change for change in changes if change.before != change.after]


def changes_since_build(lab: Lab, plan: Plan, experiment: str) -> list[DataChange]:
    """Return the data that have changed since the last build of an experiment, none if it was not built."""
    built = built_data(lab, experiment)
    return data_changes(built, data_of(plan, experiment)) if built else []


def data_table(left: str, right: str, changes: list[DataChange]) -> Iterator[RenderableType]:
    """Yield a table of the data in which two experiments differ, nothing if there are none."""
    if changes:
        table = new_table("data", left, right)
        for change in changes:
            table.add_row(printable_line(change.path), *map(_version, (change.before, change.after)))
        yield Group(Text(""), table)


def since_build_lines(experiment: str, changes: list[DataChange]) -> Iterator[Text]:
    for change in changes:
        before, after = map(_version, (change.before, change.after))
        versions = f"version {before or 'none'} then, {after or 'none'} now"
        yield Text(
            printable_line(f"{experiment}: {change.path} has changed since the last build: {versions}"), "yellow"
        )


def _version(version: str | None) -> str:
    return printable_line(version[:_MAX_HASH]) if version else ""
