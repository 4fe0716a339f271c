"""Register the experiments that a build is about to run, before its first training starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from snakemake.exceptions import WorkflowError

from compiler.base.git import Git, git_in
from compiler.base.identity import canonical
from compiler.base.paths import Lab
from compiler.base.seed import SEED
from compiler.plan.model import Plan, PlannedExperiment
from compiler.registration.chain import Chain, DamagedChain, append
from compiler.registration.evidence import known_runs
from compiler.registration.history import write_registration
from compiler.registration.registered_commit import registered_commit

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def register(lab: Lab, plan: Plan, jobs: Iterable[Any], clock: Clock = utc_now) -> None:
    """Register every experiment that these jobs of Snakemake belong to, unless its registration is unchanged.

    Raises:
        WorkflowError: The chain of registrations is damaged.
    """
    try:
        for name in sorted(experiments_of(plan, jobs)):
            if name in plan.experiments:
                register_experiment(lab, plan, name, clock, git_in(lab.root))
    except DamagedChain as error:
        raise WorkflowError(str(error)) from error


def register_experiment(lab: Lab, plan: Plan, name: str, clock: Clock, git: Git) -> Chain:
    """Append the registration of an experiment if it differs from the latest one, and write the view of all of them."""
    experiment, parent = plan.experiments[name], plan.genealogy_entry(name).parent_experiment
    chain = append(lab, partial(_entry, lab, experiment, parent, clock, git))
    write_registration(lab, chain, name)
    return chain


def _entry(
    lab: Lab, experiment: PlannedExperiment, parent: str | None, clock: Clock, git: Git, chain: Chain
) -> dict[str, Any] | None:
    """Return the fields of the registration, None if the latest one has the same claim, design and runs."""
    planned_runs = [] if experiment.search else experiment.runs
    claim, design, test = experiment.claim, experiment.design.to_json(), experiment.design.test
    if (latest := chain.latest_registration(experiment.id)) is not None:
        registered = [latest.claim, dict(latest.design), sorted(latest.planned_runs)]
        if canonical(registered) == canonical([claim, design, sorted(planned_runs)]):
            return None
    commit = registered_commit(git, lab.root, experiment.file)
    return {
        "kind": "registration",
        "experiment_id": experiment.id,
        "recorded_at": clock().isoformat(),
        "claim": claim,
        "claims": [claim.text for claim in test.claims] if test else [],
        "design": design,
        "planned_runs": planned_runs,
        "known_runs": known_runs(lab, chain, experiment.id, experiment.runs),
        "git": commit.to_json() if commit else None,
        "spec": experiment.file,
        "parent": parent,
        "planned_seeds": _planned_seeds(experiment),
        "chosen_seeds": dict(experiment.seeds) if experiment.seeds else None,
    }


def _planned_seeds(experiment: PlannedExperiment) -> list[int]:
    """Return the seeds of the runs of an experiment: those of its sweep, or that of its config."""
    written = experiment.parameters.get(SEED)
    seeds = written if isinstance(written, list) else [written]
    return sorted(seed for seed in seeds if isinstance(seed, int))


def experiments_of(plan: Plan, jobs: Iterable[Any]) -> set[str]:
    """Return the experiments of the jobs. A run counts for all its experiments, if none of them has other jobs."""
    wildcards = [job.wildcards_dict for job in jobs]
    experiments = {values["experiment"] for values in wildcards if "experiment" in values}
    for values in wildcards:
        run = plan.runs.get(values.get("run", ""))
        users = set(run.experiments) if run else set()
        experiments |= users if not users & experiments else set()
    return experiments
