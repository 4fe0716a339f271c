"""Hash the inputs of each step that are in the plan. When such a hash changes, Snakemake runs the step again."""

from __future__ import annotations

from typing import Any

from compiler.base.identity import digest
from compiler.plan.genealogy_entry import GenealogyEntry
from compiler.plan.model import Plan, PlannedExperiment


def digests(plan: Plan) -> dict[str, str]:
    """Return the hash of each step's inputs that are in the plan, by the name of a file below `digest_folder`."""
    hashes = {"genealogy": digest([entry.to_json() for entry in plan.genealogy])}
    for entry in plan.genealogy:
        name = entry.experiment_id
        experiment, design = plan.experiments[name], plan.experiments[name].design.to_json()
        runs, points = _runs(experiment), _points(experiment)
        hashes[f"{name}/stages"] = digest([experiment.spec.get("on_gate"), experiment.spec.get("exploratory")])
        hashes[f"{name}/runs"] = digest([runs, experiment.tracking, *_other_tracker(experiment)])
        datasets = [dataset.to_json() for dataset in experiment.datasets]
        record = [experiment.spec, design, experiment.claim, points, entry.to_json(), list(plan.overrides), datasets]
        hashes[f"{name}/experiment"] = digest(record)
        for title, deliverable in experiment.deliverables.items():
            # The claim decides which runs a comparison rests on.
            tested = experiment.claim if deliverable.scope == "experiment" else None
            arms = design["compare"] if deliverable.is_over_best_arm else None
            inputs = [deliverable.to_json(), runs, arms, tested]
            hashes[f"{name}/deliverables/{title}"] = digest(inputs)
        hashes |= {f"{name}/{step}": inputs_digest for step, inputs_digest in _documents(plan, entry).items()}
    return hashes


def _documents(plan: Plan, entry: GenealogyEntry) -> dict[str, str]:
    """Return the hashes of the steps from facts to reports."""
    experiment, parent = plan.experiments[entry.experiment_id], plan.experiments.get(entry.parent_experiment or "")
    steps, pipeline, agents = plan.steps, experiment.spec["analysis_pipeline"], experiment.agents
    hashes = {
        "facts": digest([steps["facts"], parent and _as_parent(parent)]),
        "agenda": digest([steps["agenda"], pipeline]),
        "integration": digest([steps["integration"], pipeline]),
        "quality_review": digest([steps["quality_review"], list(experiment.analyses)]),
    }
    for folder, documents in (("analyses", experiment.analyses), ("reports", experiment.reports)):
        for title, document in documents.items():
            hashes[f"{folder}/{title}"] = digest([document.to_json(), agents, plan.background])
    return hashes


def _as_parent(experiment: PlannedExperiment) -> list[Any]:
    """Return the inputs of the facts of a child: the points and the test of its parent."""
    return [[point.to_json() for point in experiment.points], experiment.design.to_json()["compare"]]


def _other_tracker(experiment: PlannedExperiment) -> list[str]:
    """Return the tracker if it is not the default, so that a new key leaves the hashes of other experiments as is."""
    return [] if experiment.tracker == "wandb" else [experiment.tracker]


def _runs(experiment: PlannedExperiment) -> list[Any]:
    """Return the runs of an experiment. For a search, return its id and budget, because its runs are added later."""
    if experiment.search is not None:
        return [experiment.search.id, experiment.search.budget]
    return [point.run for point in experiment.points]


def _points(experiment: PlannedExperiment) -> list[Any]:
    return _runs(experiment) if experiment.search else [point.to_json() for point in experiment.points]
