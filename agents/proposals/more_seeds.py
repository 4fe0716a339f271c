"""Propose new seeds for a test that has too few runs to reach a conclusion."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from agents.context.trials import Trial, cells, usable
from agents.proposals.basis import Basis
from agents.proposals.follow_up_spec import follow_up_spec, tested_levels
from agents.proposals.spec import ProposedSpec
from agents.registered_test.comparison import Comparison
from compiler.base.seed import SEED


def add_seeds(basis: Basis) -> Iterator[ProposedSpec]:
    """Yield the same experiment with enough new seeds, if its test is untestable.

    All seeds are new, because a registered test rests only on runs that are trained after its registration.
    """
    comparison = basis.case.results.comparison
    if comparison is None or comparison.required_n is None:
        return
    count = _required_seeds(basis, comparison, comparison.required_n)
    if not count:
        return
    seeds = basis.new_seeds(count)
    parent = basis.case.experiment_id
    texts = {
        "experiment_id": basis.next_id("seeds"),
        "name": f"{basis.name}: more seeds",
        "description": f"Repeats {parent} with {len(seeds)} new seeds in each setting.",
        "hypothesis": basis.spec["hypothesis"],
        "research_question": basis.spec.get("research_question", ""),
        "rationale": f"With its number of runs, the registered test cannot reach alpha = {basis.test.alpha:g};"
        f" it requires {comparison.required_n} runs in each arm. All seeds are new, because a registered test rests"
        " only on runs that are trained after its registration.",
    }
    settings = len({trial.cell(basis.factors) for trial in basis.trials})
    yield ProposedSpec(
        texts["experiment_id"],
        "seeds",
        "repeat the registered test with new seeds, so that each arm has {{f:test.required_n}} runs",
        follow_up_spec(basis, texts, {basis.sweep_key(SEED): seeds}, _levels(basis), repeats_claims=True),
        runs=count * settings,
        values={"parameter": SEED},
    )


def _levels(basis: Basis) -> dict[str, Any]:
    return tested_levels(basis) | {"fresh_seeds": True}


def _required_seeds(basis: Basis, comparison: Comparison, required_n: int) -> int:
    """Return the number of seeds with which each registered arm has `required_n` usable runs, if as many fail again.

    Returns 0 if the sweep does not combine every setting with every seed, or if a registered arm has no usable run.
    """
    if SEED not in basis.spec.get("sweep", {}) and basis.sweeps_seed:
        return 0
    arms = _trials_by_level(basis)
    registered = {comparison.test.control, *(contrast.treatment for contrast in comparison.contrasts)}
    counts = [len(usable(members)) for level, members in arms.items() if level in registered]
    if not counts or not min(counts):
        return 0
    return math.ceil(required_n * max(len(basis.seeds), 1) / min(counts))


def _trials_by_level(basis: Basis) -> dict[str, list[Trial]]:
    return {cell[0]: members for cell, members in cells(basis.trials, [basis.test.factor]).items()}
