"""Collect all items that wait for a person, and find an item by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.admission.counted_decisions import counted_decisions
from lab.approvals.decisions import Decisions
from lab.approvals.standing import standing
from lab.collaboration.proposal_files import Proposal, is_placed, read_proposals
from lab.collaboration.strategy_file import read_strategy
from lab.ethics.flag import FLAG_NAMES
from lab.review.item import Item
from lab.review.proposal_details import proposal_details, with_power
from lab.review.waiting_experiments import experiment_item, experiment_items
from lab.review.waiting_proposals import plan_of_proposals, proposal_items, ranked_item
from lab.review.waiting_publications import flag_items, publication_item, publication_items
from lab.review.waiting_reports import report_item, report_items


class NoSuchItem(InputError):
    """Nothing that can be decided has this name. The message lists similar names."""


def waiting(lab: Lab, plan: Plan) -> tuple[Item, ...]:
    """Return what waits for a person, in this order: proposals, void experiments, reports, publications and flags."""
    decisions = counted_decisions(lab)
    return tuple(_waiting(lab, plan, decisions))


def find_item(lab: Lab, plan: Plan, name: str) -> Item:
    """Return the item with a name, also if it is decided already. A proposal comes before the experiment it became.

    Raises:
        NoSuchItem: There is none.
    """
    decisions = counted_decisions(lab)
    item = _item(lab, plan, name, decisions)
    if item is not None:
        return item
    names = [*(waiting_item.name for waiting_item in _waiting(lab, plan, decisions)), *plan.experiments]
    similar = get_close_matches(name, names, n=3)
    hint = f"did you mean {', '.join(similar)}?" if similar else "proband review lists what waits"
    raise NoSuchItem(f"there is no proposal, report or experiment '{name}' to decide on ({hint})")


def with_power_of_test(lab: Lab, item: Item) -> Item:
    """Return a proposal with the power of its test, which takes some seconds to simulate; other items unchanged."""
    proposal = find_proposal(lab, item.name) if item.subject.kind == "proposal" and not item.problems else None
    if proposal is None or proposal.subject != item.subject:
        return item
    extended = plan_of_proposals(lab, [proposal])
    if proposal.id not in extended.experiments:
        return item
    return replace(item, details=with_power(lab, extended, proposal_details(lab, extended, proposal)).to_json())


def find_proposal(lab: Lab, name: str) -> Proposal | None:
    """Return the proposal with a name that is not a spec of the lab yet, None if there is none."""
    for proposal in read_proposals(lab):
        if proposal.id == name and not is_placed(lab, proposal):
            return proposal
    return None


def _waiting(lab: Lab, plan: Plan, decisions: Decisions) -> Iterator[Item]:
    yield from proposal_items(lab, decisions)
    yield from experiment_items(lab, plan, decisions)
    yield from report_items(lab, plan, decisions)
    yield from publication_items(lab, plan, decisions)


def _item(lab: Lab, plan: Plan, name: str, decisions: Decisions) -> Item | None:
    experiment, _, part = name.partition("/")
    if part == "publication":
        return publication_item(lab, experiment)
    if part in FLAG_NAMES:
        raised = flag_items(lab, plan, experiment, decisions)
        return next((item for item in raised if item.name == name), None)
    if part:
        is_planned = experiment in plan.experiments and part in plan.experiments[experiment].reports
        return report_item(lab, experiment, part, decisions) if is_planned else None
    proposal = find_proposal(lab, name)
    if proposal is None:
        return experiment_item(lab, plan, name, decisions)
    extended = plan_of_proposals(lab, [proposal])
    state = standing(decisions, proposal.subject)
    return ranked_item(lab, extended, read_strategy(lab), proposal, decisions, state)[0]
