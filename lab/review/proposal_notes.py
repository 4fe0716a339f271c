"""State what the strategy and the policy of the lab say about a proposal that a person decides on."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.plan.genealogy_entry import Modification
from compiler.plan.model import Plan
from lab.collaboration.generations import ancestors
from lab.collaboration.proposal_files import Proposal
from lab.collaboration.rank import Rank, rank_of
from lab.collaboration.refusals import read_refusal
from lab.collaboration.strategy_file import Strategy
from lab.review.proposal_details import ProposalDetails


def proposal_rank(strategy: Strategy, plan: Plan, details: ProposalDetails) -> Rank:
    """Return the place of a proposal by the strategy. `plan` is the plan that includes it."""
    experiment, parent = details.experiment, details.explanation.genealogy.parent_experiment
    keys = {change.parameter for change in details.modifications if _has_new_value(change)}
    chain = ancestors(plan, parent, ()) if parent and parent in plan.experiments else []
    return rank_of(strategy, experiment.id, keys, set(chain), len(details.explanation.to_train))


def _has_new_value(change: Modification) -> bool:
    """Return whether a proposal has a value that its parent does not have. Fewer levels are no new value."""
    before, after = (side if isinstance(side, list) else [side] for side in (change.before, change.after))
    return any(value not in before for value in after)


def strategy_notes(strategy: Strategy, rank: Rank) -> Iterator[str]:
    """Yield the reason of the place. A lab without a strategy orders its proposals by cost and name only."""
    if strategy != Strategy():
        yield f"conf/strategy.yaml: {rank.reason}"


def refusal_notes(proposal: Proposal) -> Iterator[str]:
    """Yield why the policy did not let exactly this content run by itself."""
    refusal = read_refusal(proposal)
    reasons = refusal.get("reasons") if refusal else None
    for reason in reasons if isinstance(reasons, list) else ():
        yield f"refused by the policy: {reason}"
