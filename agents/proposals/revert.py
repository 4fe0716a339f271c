"""Propose to revert the changes from the parent, one at a time."""

from __future__ import annotations

from collections.abc import Iterator

from agents.facts.ids import label
from agents.proposals.allowed import can_revert
from agents.proposals.basis import Basis, number_of_points
from agents.proposals.follow_up_spec import follow_up_spec, superiority_claim
from agents.proposals.spec import ProposedSpec
from compiler.base.seed import SEED
from compiler.plan.genealogy_entry import Modification


def revert_changes(basis: Basis) -> Iterator[ProposedSpec]:
    """Yield one proposal for each change. It compares the value of the parent with that of the child.

    The other factors have their best levels. All runs are new, because the existing runs of a selected setting are
    subject to selection bias.
    """
    for change in _revertible(basis):
        yield _reverted(basis, change)


def _revertible(basis: Basis) -> list[Modification]:
    """Return the changes that a proposal may revert. Swept keys are excluded, because their values vary already."""
    changes = basis.case.modifications
    unswept = [change for change in changes if change.parameter not in (SEED, *basis.factors)]
    return [change for change in unswept if can_revert(change)]


def _reverted(basis: Basis, change: Modification) -> ProposedSpec:
    key, before, after = change.parameter, change.before, change.after
    settings = {other: [value] for other, value in basis.best.items()}
    settings |= {key: [before, after], SEED: basis.seeds_for(1)}
    metric, child, parent = basis.metric, basis.case.experiment_id, basis.spec["parent"]
    texts = {
        "experiment_id": basis.next_id("revert", key),
        "name": f"{basis.name}: {key} as in {parent}",
        "description": f"Reverts one change of {child}: {key} from {label(after)} to {label(before)}.",
        "hypothesis": f"With {key} = {label(after)}, {metric} is {basis.direction} than with {label(before)}.",
        "research_question": f"How much of the difference between {child} and {parent} is due to {key}?",
        "rationale": f"{child} changed {len(basis.case.modifications)} keys of {parent}. This experiment varies one"
        " of them, with new seeds, and tests the claim that its change was an improvement.",
    }
    return ProposedSpec(
        texts["experiment_id"],
        "revert",
        "revert only {{f:parameter}}, from {{f:value}} to {{f:parent_value}}, the value of the parent",
        follow_up_spec(basis, texts, basis.sweep(settings), superiority_claim(basis, key, before, [after])),
        runs=number_of_points(settings),
        values={"parameter": key, "value": label(after), "parent_value": label(before)},
    )
