"""Write the registrations of the experiments that a build is about to run, before its first training starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.registration.history import Registration, read_registration


def register(
    lab: Lab, plan: Plan, jobs: Iterable[Any], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Write or revise the registration of every experiment that these jobs of Snakemake belong to."""
    for name in sorted(experiments_of(plan, jobs)):
        if name in plan.experiments:
            register_experiment(lab, plan.experiments[name], clock())


def register_experiment(lab: Lab, experiment: PlannedExperiment, now: datetime) -> None:
    file = lab.experiment(experiment.id) / "registration.json"
    finished = sum(lab.status(run).is_file() for run in experiment.runs)
    design, registration = experiment.design.to_json(), read_registration(file)
    if registration is None:
        registration = Registration(experiment.id, now.isoformat(), finished, design)
    write_json(file, registration.revised(design, finished, now).to_json())


def experiments_of(plan: Plan, jobs: Iterable[Any]) -> set[str]:
    """Return the experiments of the jobs. A run counts for all its experiments, if none of them has other jobs."""
    wildcards = [job.wildcards_dict for job in jobs]
    experiments = {values["experiment"] for values in wildcards if "experiment" in values}
    for values in wildcards:
        run = plan.runs.get(values.get("run", ""))
        users = set(run.experiments) if run else set()
        experiments |= users if not users & experiments else set()
    return experiments
