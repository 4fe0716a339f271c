"""Count the generations of a proposal: the proposals in a row since an experiment of a person."""

from __future__ import annotations

from collections.abc import Collection

from compiler.plan.model import Plan, PlannedExperiment


def generation_of(plan: Plan, name: str, admitted: Collection[str]) -> int:
    """Return the generation of an experiment of the plan. An experiment of a person has generation 0.

    What a spec says of itself can only raise the number: parents and decisions are counted as well.

    Args:
        admitted: the experiments that the policy has admitted.
    """
    chain = ancestors(plan, name, admitted)
    declared = (_declared(plan.experiments[member]) + index for index, member in enumerate(chain))
    return max(len(chain) - 1, *declared)


def origin_of(plan: Plan, name: str, admitted: Collection[str]) -> str:
    """Return the experiment of a person from which the chain of proposals starts."""
    return ancestors(plan, name, admitted)[-1]


def ancestors(plan: Plan, name: str, admitted: Collection[str]) -> list[str]:
    """Return an experiment, its parents that are proposals, and the experiment that these start from."""
    chain = [name]
    while _is_proposal(plan.experiments[chain[-1]], admitted):
        parent = plan.parent(chain[-1])
        if parent is None or parent.id in chain:
            break
        chain.append(parent.id)
    return chain


def _is_proposal(experiment: PlannedExperiment, admitted: Collection[str]) -> bool:
    return experiment.id in admitted or bool(_declared(experiment))


def _declared(experiment: PlannedExperiment) -> int:
    """Return the generation that a spec states in `metadata.lineage`."""
    lineage = experiment.spec.get("metadata", {}).get("lineage") or {}
    depth = lineage.get("depth", 0)
    return depth if isinstance(depth, int) else 0
