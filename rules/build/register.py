"""Registers what is about to be built: hypotheses and tests are written down before the first training starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.plan.registration import registered
from rules.build.workflow import Workflow


def register(
    workflow: Workflow, jobs: Iterable[Any], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Write or revise the registration of every experiment that these jobs belong to."""
    for name in sorted(workflow.experiments_to_register(jobs)):
        entry = workflow.plan.experiments.get(name)
        if entry is not None:
            register_experiment(workflow.lab, entry, clock())


def register_experiment(lab: Lab, experiment: PlannedExperiment, now: datetime) -> None:
    file = lab.experiment(experiment.id) / "registration.json"
    known = read_json(file) if file.is_file() else None
    finished = sum(lab.status(run).is_file() for run in experiment.runs)
    write_json(file, registered(known, experiment.id, experiment.design.to_json(), finished, now))
