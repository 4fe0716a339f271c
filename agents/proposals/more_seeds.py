"""The seeds that a test lacks: so few runs could not have decided it, whatever they gave."""

from __future__ import annotations

import math
from collections.abc import Iterator

from agents.context.trials import Trial, cells, usable
from agents.proposals.basis import Ground
from agents.proposals.spec import ProposedSpec, proposal_id
from agents.registered_test.runs_by_arm import SEED


def lacking_seeds(ground: Ground) -> Iterator[ProposedSpec]:
    """The same experiment with more seeds. The old runs stay in it: what was lacking follows from the test alone."""
    comparison = ground.case.results.comparison
    required = comparison.required_n if comparison else None
    lacking = _lacking(ground, required) if required else 0
    if not lacking:
        return
    seeds = [*ground.seeds, *ground.fresh_seeds(lacking)]
    sweep = {ground.written(SEED): seeds}
    told = {
        "experiment_id": proposal_id(ground.case.experiment_id, "seeds"),
        "name": f"{ground.spec['name']}: more seeds",
        "description": f"{ground.case.experiment_id} with {len(seeds)} seeds in each setting instead of"
        f" {len(ground.seeds)}.",
        "hypothesis": ground.spec["hypothesis"],
        "research_question": ground.spec.get("research_question", ""),
        "rationale": f"With so few runs the registered test could not have reached alpha ="
        f" {ground.compare['alpha']:g}; it takes {required} in each arm. That number follows from the test and not from"
        " the values, so the runs that are there are kept. Whoever goes on because of those values makes it post hoc.",
    }
    test = {key: ground.compare.get(key) for key in ("factor", "control", "treatment")}
    yield ProposedSpec(
        told["experiment_id"],
        "seeds",
        "add the seeds that the registered test lacks, so that each arm has {{f:test.required_n}} runs",
        ground.document(told, sweep, test),
        runs=lacking * len({trial.cell(ground.factors) for trial in ground.trials}),
        told={"parameter": SEED},
    )


def _lacking(ground: Ground, required: int) -> int:
    """More seeds, so that the smallest registered arm would have `required` usable runs."""
    if SEED in ground.spec.get("sweep", {}) or not any(SEED in trial.levels for trial in ground.trials):
        counts = [len(usable(arm)) for level, arm in _arms(ground).items() if level in _registered(ground)]
        per_seed = min(len(arm) for arm in _arms(ground).values()) / max(len(ground.seeds), 1)
        if counts and min(counts) > 0:
            return max(0, math.ceil((required - min(counts)) / per_seed))
    return 0


def _arms(ground: Ground) -> dict[str, list[Trial]]:
    found = cells(ground.trials, [ground.compare["factor"]])
    return {cell[0]: members for cell, members in found.items()}


def _registered(ground: Ground) -> set[str]:
    comparison = ground.case.results.comparison
    assert comparison is not None, "an experiment without a test has no follow-ups"
    return {comparison.test.control, *(contrast.treatment for contrast in comparison.contrasts)}
