"""Define the compiled plan as typed values, and convert it from and to JSON.

Snakemake's main process and every job read the plan, so this module and its imports use only the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.json_files import parse_json
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.design import Design
from compiler.plan.genealogy_entry import GenealogyEntry
from compiler.plan.planned_run import SCHEMA_VERSION, PlannedRun
from compiler.plan.planned_search import PlannedSearch
from compiler.registration.tested_runs import tested_runs
from compiler.spec.data_group.declaration import DataDeclaration


@dataclass(frozen=True, slots=True)
class PlannedDeliverable:
    """A deliverable: its fields as in the spec, the scope of its check, and the hash of the code of its check."""

    spec: Mapping[str, Any]
    scope: str  # run, experiment or report
    check: str

    @property
    def path(self) -> str:
        return str(self.spec["path"])

    @property
    def is_required(self) -> bool:
        return bool(self.spec["required"])

    @property
    def report(self) -> str | None:
        """The title of the report that the deliverable is checked on; None if it is checked on runs."""
        return str(self.spec["report"]) if self.scope == "report" else None

    @property
    def is_over_best_arm(self) -> bool:
        return bool(self.spec["over"] == "best")

    def to_json(self) -> dict[str, Any]:
        return {"spec": dict(self.spec), "scope": self.scope, "check": self.check}


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """An analysis or report: the function that writes it, as `module:attr`, and the hash of its code."""

    target: str
    code: str

    def to_json(self) -> dict[str, Any]:
        return {"target": self.target, "code": self.code}


@dataclass(frozen=True, slots=True)
class PlannedExperiment:
    id: str
    file: str
    is_own: bool  # its spec is a file of the lab, not one that ships with the engine
    on_request: bool
    spec: Mapping[str, Any]
    design: Design
    claim: str  # digest of what must not change between the registration and the verdict
    seeds: Mapping[str, Any] | None  # the choice of fresh seeds
    parameters: Mapping[str, Any]
    points: tuple[PlannedPoint, ...]
    search: PlannedSearch | None
    deliverables: Mapping[str, PlannedDeliverable]
    analyses: Mapping[str, PlannedDocument]
    reports: Mapping[str, PlannedDocument]
    agents: Mapping[str, Any]
    tracking: str = "disabled"  # the mode that the experiment asks for; a run that it shares may be tracked more
    tracker: str = "wandb"
    warnings: tuple[str, ...] = ()  # of the compiler, with file and line
    datasets: tuple[DataDeclaration, ...] = ()  # what its data groups declare

    @property
    def runs(self) -> list[str]:
        """The ids of its runs, without duplicates, in the order of the points."""
        return list(dict.fromkeys(point.run for point in self.points))

    @property
    def tested_runs(self) -> list[str]:
        """The ids of the runs that the registered test compares; without a test, of all runs."""
        test = self.design.test
        return tested_runs(test.to_json() if test else None, ((point.overrides, point.run) for point in self.points))

    @property
    def run_deliverables(self) -> list[str]:
        """The deliverables that are checked on runs, before the results are written."""
        return [title for title, deliverable in self.deliverables.items() if deliverable.report is None]

    @property
    def report_deliverables(self) -> list[str]:
        """The deliverables that are checked on reports, after these are written."""
        return [title for title, deliverable in self.deliverables.items() if deliverable.report is not None]

    @classmethod
    def from_json(cls, experiment_id: str, data: Mapping[str, Any]) -> PlannedExperiment:
        return cls(
            experiment_id,
            data["file"],
            data["is_own"],
            data["on_request"],
            data["spec"],
            Design.from_json(data["promise"]),
            data["claim"],
            data["seeds"],
            data["parameters"],
            tuple(map(PlannedPoint.from_json, data["points"])),
            PlannedSearch.from_json(data["search"]) if data["search"] else None,
            {title: PlannedDeliverable(**value) for title, value in data["deliverables"].items()},
            {title: PlannedDocument(**value) for title, value in data["analyses"].items()},
            {title: PlannedDocument(**value) for title, value in data["reports"].items()},
            data["agents"],
            data["tracking"],
            data.get("tracker", "wandb"),
            tuple(data.get("warnings", ())),
            tuple(map(DataDeclaration.from_json, data.get("datasets", ()))),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the plan, where the id is the key."""
        return {
            "file": self.file,
            "is_own": self.is_own,
            "on_request": self.on_request,
            "spec": dict(self.spec),
            "promise": self.design.to_json(),
            "claim": self.claim,
            "seeds": dict(self.seeds) if self.seeds else None,
            "parameters": dict(self.parameters),
            "points": [point.to_json() for point in self.points],
            "search": self.search.to_json() if self.search else None,
            "deliverables": {title: deliverable.to_json() for title, deliverable in self.deliverables.items()},
            "analyses": {title: document.to_json() for title, document in self.analyses.items()},
            "reports": {title: document.to_json() for title, document in self.reports.items()},
            "agents": dict(self.agents),
            "tracking": self.tracking,
            "tracker": self.tracker,
            "warnings": list(self.warnings),
            "datasets": [declaration.to_json() for declaration in self.datasets],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The result of compiling a lab. The config of each run is in a separate file, so that a job reads only one."""

    overrides: tuple[str, ...]
    experiments: Mapping[str, PlannedExperiment]
    runs: Mapping[str, PlannedRun]
    data: Mapping[str, str]  # version of each tracked path
    steps: Mapping[str, str]  # hash of the code of each step that all experiments share
    background: Mapping[str, str]  # hashes of the library and the baselines
    genealogy: tuple[GenealogyEntry, ...]
    broken: Mapping[str, tuple[str, ...]]  # diagnostics of the specs that do not compile

    def genealogy_entry(self, experiment_id: str) -> GenealogyEntry:
        return next(entry for entry in self.genealogy if entry.experiment_id == experiment_id)

    def parent(self, experiment_id: str) -> PlannedExperiment | None:
        """Return the parent of an experiment; None if it has none or the spec of its parent does not compile."""
        return self.experiments.get(self.genealogy_entry(experiment_id).parent_experiment or "")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        return cls(
            tuple(data["overrides"]),
            {name: PlannedExperiment.from_json(name, value) for name, value in data["experiments"].items()},
            {run_id: PlannedRun.from_json(run_id, value) for run_id, value in data["runs"].items()},
            data["data"],
            data["steps"],
            data["background"],
            tuple(map(GenealogyEntry.from_json, data["genealogy"])),
            {name: tuple(lines) for name, lines in data["broken"].items()},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "overrides": list(self.overrides),
            "experiments": {name: experiment.to_json() for name, experiment in self.experiments.items()},
            "runs": {run_id: run.to_json() for run_id, run in self.runs.items()},
            "data": dict(self.data),
            "steps": dict(self.steps),
            "background": dict(self.background),
            "genealogy": [entry.to_json() for entry in self.genealogy],
            "broken": {name: list(lines) for name, lines in self.broken.items()},
        }


def read_plan(file: Path) -> Plan:
    """Return the plan in a file. Raises FileNotFoundError, or ValueError if the file is not JSON."""
    return Plan.from_json(parse_json(file.read_text(encoding="utf-8")))
