"""Record the looks at a registered test, and count those that make its verdict exploratory.

A look is an evaluation of the test on a new set of values. Looks of a registered plan spend alpha and do not count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.base.identity import canonical
from compiler.base.paths import Lab
from compiler.registration.chain import Chain, Clock, append
from compiler.registration.entry import LookEntry


def evidence_digest(values: Mapping[str, Mapping[str, float | None] | None]) -> str:
    """Return the sha256 of the evaluated values: the metrics of the test by run, None for a failed run."""
    content = [[run, None if metrics is None else dict(metrics)] for run, metrics in sorted(values.items())]
    return hashlib.sha256(canonical(content)).hexdigest()


def record_look(
    lab: Lab, experiment_id: str, claim: str, evidence: str, runs: Mapping[str, str], verdict: str, clock: Clock
) -> Chain:
    """Append a look unless the claim was evaluated on this evidence before. Return the chain.

    Args:
        runs: the sha256 of the status file of every evaluated run.
    """

    def entry(chain: Chain) -> dict[str, Any] | None:
        looks = chain.looks_of(experiment_id)
        if any((look.claim, look.evidence) == (claim, evidence) for look in looks):
            return None
        return {
            "kind": "look",
            "experiment_id": experiment_id,
            "recorded_at": clock().isoformat(),
            "claim": claim,
            "evidence": evidence,
            "runs": dict(runs),
            "verdict": verdict,
            "number_of_look": len(looks) + 1,
        }

    return append(lab, entry)


def chain_before_look(chain: Chain, experiment_id: str, claim: str, evidence: str) -> Chain:
    """Return the chain before the first look that evaluated the claim of an experiment on this evidence.

    Later entries must not change the results that were written with the look. Without such a look, return all entries.
    """
    looks = chain.looks_of(experiment_id)
    numbers = [look.number for look in looks if (look.claim, look.evidence) == (claim, evidence)]
    return Chain(chain.entries[: numbers[0] - 1]) if numbers else chain


def unplanned_looks(
    looks: Iterable[LookEntry], claim: str, seeds: Mapping[str, Any], planned_seeds: Iterable[int]
) -> list[LookEntry]:
    """Return the looks that do not belong to the plan of the current look.

    A look belongs to the plan if it evaluated the same claim, if all its runs are evaluated again now together with
    further runs, and if its number of seeds is in the plan.

    Args:
        seeds: the seed of every run that is evaluated now.
        planned_seeds: the numbers of seeds of the planned looks, empty without a plan.
    """
    numbers = set(planned_seeds)

    def is_planned(look: LookEntry) -> bool:
        seeds_then = {repr(seeds[run]) for run in look.runs if run in seeds}
        return look.claim == claim and look.runs.keys() < seeds.keys() and len(seeds_then) in numbers

    return [look for look in looks if not is_planned(look)]
