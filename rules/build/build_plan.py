"""Compile or read the plan of a build, and look up experiments, runs and outputs in it.

Snakemake parses its files again in every cluster job. Such a job reads the plan and never compiles it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment, read_plan
from compiler.plan.plan_files import plan_file, stored_or_compiled
from compiler.plan.plan_snapshot import ChangedPlan, kept_plan
from compiler.plan.planned_run import PlannedRun, RunJob
from compiler.stages.names import ARCHIVE, STAGES
from rules.build.data_markers import request_data
from rules.build.override_words import override_words
from rules.build.search_runs import Searches

# Rules that the build asks for. Rules start with an underscore, which no experiment id can.
ASK, GATE, TRAIN = "_ask", "_gate", "_train"
_MAX_WARNINGS = 5  # of the compiler; more are only counted
_OUTPUTS = (("deliverable", "deliverables"), ("analyst", "analyses"), ("report", "reports"))  # wildcard, field


class BuildPlan:
    """The plan, its file and its searches. Methods raise WorkflowError for wildcards that the plan does not contain.

    `is_stored` is false if this process has compiled all specs of the plan.
    """

    def __init__(self, overrides: object, is_main: bool) -> None:
        self.lab = Lab(Path())
        self.is_read_only = self.lab.is_read_only  # only a dry run is possible then
        override_texts = _words(overrides)
        self.locks: list[int] = []  # open files, which keep other builds from these experiments
        self.file = str(plan_file(self.lab, override_texts))
        self.compiled, self.is_stored = (
            _compile(self.lab, override_texts) if is_main else (_read(self.lab, self.file), True)
        )
        self.searches = Searches(self.lab, self.compiled.experiments)
        if is_main and not self.is_read_only:
            self.searches.remove_outdated_rounds()

    @property
    def experiments(self) -> list[str]:
        return list(self.compiled.experiments)

    @property
    def broken(self) -> list[str]:
        """Experiments whose specs do not compile. Their targets fail with the diagnostics. Stages have none."""
        return [name for name in self.compiled.broken if name not in {*self.compiled.experiments, *STAGES, ARCHIVE}]

    @property
    def default_experiments(self) -> list[str]:
        """The experiments that `snakemake` builds without arguments: those of this lab without `on_request`."""
        return [
            name for name, planned in self.compiled.experiments.items() if planned.is_own and not planned.on_request
        ]

    @property
    def runs(self) -> list[PlannedRun]:
        """All runs of the plan, and examples of the runs that later rounds of searches will add."""
        return [*self.compiled.runs.values(), *self.searches.probes]

    def experiment(self, wildcards: Any) -> PlannedExperiment:
        experiment = self.compiled.experiments.get(wildcards.experiment)
        if experiment is None:
            diagnostics = "\n".join(self.compiled.broken.get(wildcards.experiment, ()))
            raise WorkflowError(diagnostics or f"no experiment is called '{wildcards.experiment}'")
        return experiment

    def run(self, wildcards: Any) -> PlannedRun | RunJob:
        run = self.compiled.runs.get(wildcards.run) or self.searches.job(wildcards.run)
        if run is None:
            raise WorkflowError(f"no experiment has a run '{wildcards.run}'")
        return run

    def require_output(self, wildcards: Any) -> None:
        """Raise WorkflowError if the wildcards name a deliverable, analysis or report that the spec does not have."""
        for wildcard, field in _OUTPUTS:
            title = getattr(wildcards, wildcard, None)
            if title is None:
                continue
            titles: Collection[str] = getattr(self.experiment(wildcards), field)
            if title not in titles:
                available = ", ".join(titles) or "none"
                raise WorkflowError(f"{wildcards.experiment} has no '{title}' in {field} (available: {available})")


def _words(overrides: object) -> list[str]:
    try:
        return override_words(overrides)
    except ValueError as error:
        raise WorkflowError(f"--config overrides: {error}") from error


def _read(lab: Lab, file: str) -> Plan:
    """Return the plan that the main process compiled, in a process that it has started."""
    try:
        return read_plan(Path(kept_plan(lab, file, os.environ)))
    except ChangedPlan as error:
        raise WorkflowError(str(error)) from error


def _compile(lab: Lab, overrides: Sequence[str]) -> tuple[Plan, bool]:
    """Return the plan, and whether a part of it was stored and not compiled just now."""
    try:
        plan, is_stored = stored_or_compiled(lab, overrides)
    except CompileError as error:
        raise WorkflowError(str(error)) from error
    broken = dict.fromkeys(line for lines in plan.broken.values() for line in lines)
    warnings = dict.fromkeys(line for experiment in plan.experiments.values() for line in experiment.warnings)
    for line in (*broken, *list(warnings)[:_MAX_WARNINGS]):
        print(f"warning: {line}", file=sys.stderr)
    if len(warnings) > _MAX_WARNINGS:
        print(f"warning: {len(warnings) - _MAX_WARNINGS} more (proband compile lists all)", file=sys.stderr)
    if not lab.is_read_only:
        request_data(lab, plan.data)
    return plan, is_stored
