"""Propose the missing seeds of a test that has too few runs to reach a conclusion."""

from __future__ import annotations

import math
from collections.abc import Iterator

from agents.context.trials import Trial, cells, usable
from agents.proposals.basis import Basis
from agents.proposals.spec import ProposedSpec
from agents.registered_test.comparison import Comparison
from agents.registered_test.runs_by_arm import SEED


def add_seeds(basis: Basis) -> Iterator[ProposedSpec]:
    """Yield the same experiment with more seeds, if its test is untestable.

    Existing runs are kept, because the required number of runs does not depend on their values.
    """
    comparison = basis.case.results.comparison
    if comparison is None or comparison.required_n is None:
        return
    missing = _missing_seeds(basis, comparison, comparison.required_n)
    if not missing:
        return
    seeds = [*basis.seeds, *basis.new_seeds(missing)]
    parent = basis.case.experiment_id
    texts = {
        "experiment_id": basis.next_id("seeds"),
        "name": f"{basis.name}: more seeds",
        "description": f"Repeats {parent} with {len(seeds)} instead of {len(basis.seeds)} seeds in each setting.",
        "hypothesis": basis.spec["hypothesis"],
        "research_question": basis.spec.get("research_question", ""),
        "rationale": f"With its number of runs, the registered test cannot reach alpha = {basis.test.alpha:g};"
        f" it requires {comparison.required_n} runs in each arm. This number follows from the test and not from the"
        " values, so existing runs are kept. A decision to continue that is based on their values makes the test post"
        " hoc.",
    }
    settings = len({trial.cell(basis.factors) for trial in basis.trials})
    yield ProposedSpec(
        texts["experiment_id"],
        "seeds",
        "add the missing seeds of the registered test, so that each arm has {{f:test.required_n}} runs",
        basis.document(texts, {basis.sweep_key(SEED): seeds}, basis.tested_levels, repeats_claims=True),
        runs=missing * settings,
        values={"parameter": SEED},
    )


def _missing_seeds(basis: Basis, comparison: Comparison, required_n: int) -> int:
    """Return the number of new seeds that the smallest registered arm needs to have `required_n` usable runs.

    Returns 0 if the sweep does not combine every setting with every seed, or if a registered arm has no usable run.
    """
    if SEED not in basis.spec.get("sweep", {}) and basis.sweeps_seed:
        return 0
    arms = _trials_by_level(basis)
    registered = {comparison.test.control, *(contrast.treatment for contrast in comparison.contrasts)}
    counts = [len(usable(members)) for level, members in arms.items() if level in registered]
    runs_per_seed = min(map(len, arms.values())) / max(len(basis.seeds), 1)
    if not counts or not min(counts):
        return 0
    return max(0, math.ceil((required_n - min(counts)) / runs_per_seed))


def _trials_by_level(basis: Basis) -> dict[str, list[Trial]]:
    return {cell[0]: members for cell, members in cells(basis.trials, [basis.test.factor]).items()}
