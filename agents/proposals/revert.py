"""The changes from the parent, taken back one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.facts.ids import label
from agents.proposals.allowed import why_no_revert
from agents.proposals.basis import Ground, points_of
from agents.proposals.spec import ProposedSpec, proposal_id
from agents.registered_test.runs_by_arm import SEED


def reversions(ground: Ground) -> Iterator[ProposedSpec]:
    """For each change that can be taken back alone: the parent's value against the child's, where the child was best.

    All runs are new where the child was best by choice among several settings: the old ones flatter it.
    """
    for change in revertible(ground):
        yield _reverted(ground, change)


def revertible(ground: Ground) -> list[Mapping[str, Any]]:
    """Changes of one value to another. What the child swept it varied itself; what only one of the two has belongs to
    a choice of code, which no proposal makes."""
    changes = ground.spec.get("modifications", ())
    alone = [one for one in changes if one["parameter"] != SEED and one["parameter"] not in ground.factors]
    return [one for one in alone if not any(why_no_revert(one["parameter"], one[side]) for side in ("from", "to"))]


def _reverted(ground: Ground, change: Mapping[str, Any]) -> ProposedSpec:
    key, before, after = change["parameter"], change["from"], change["to"]
    settings = {**{other: [value] for other, value in ground.best.items()}, key: [before, after]}
    settings[SEED] = ground.seeds_for(1)
    metric, child = ground.metric, ground.case.experiment_id
    told = {
        "experiment_id": proposal_id(child, "revert", key),
        "name": f"{ground.spec['name']}: {key} as in {ground.spec['parent']}",
        "description": f"Takes one change of {child} back: {key} from {label(after)} to {label(before)}.",
        "hypothesis": f"With {key} = {label(after)}, {metric} is {ground.direction} than with {label(before)}.",
        "research_question": f"How much of {child} is owed to {key} alone?",
        "rationale": f"{child} changed {len(ground.spec['modifications'])} keys of {ground.spec['parent']}. Here one of"
        " them alone varies, with seeds that are new; the claim to be tested is that its change was an improvement.",
    }
    return ProposedSpec(
        told["experiment_id"],
        "revert",
        "take {{f:parameter}} back from {{f:value}} to the {{f:parent_value}} of the parent, with all else as it is",
        ground.document(told, ground.sweep(settings), {"factor": key, "control": before, "treatment": None}),
        runs=points_of(settings),
        told={"parameter": key, "value": label(after), "parent_value": label(before)},
    )
