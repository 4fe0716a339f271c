"""Derive all follow-ups of an experiment."""

from __future__ import annotations

from agents.context.case import Case
from agents.proposals.allowed import check_proposal
from agents.proposals.basis import proposal_basis
from agents.proposals.fill_grid import complete_grid
from agents.proposals.more_seeds import add_seeds
from agents.proposals.refine import refine_levels
from agents.proposals.revert import revert_changes
from agents.proposals.spec import ProposedSpec


def proposals(case: Case) -> tuple[ProposedSpec, ...]:
    """Return the follow-ups in order of priority: seeds for an untestable test, a complete grid, then new questions.

    Raises:
        ForbiddenProposal: A proposal sets a forbidden key or value, which is a bug of this package.
    """
    basis = proposal_basis(case)
    if basis is None:
        return ()
    specs = (*add_seeds(basis), *complete_grid(basis), *revert_changes(basis), *refine_levels(basis))
    for spec in specs:
        check_proposal(spec.document, case)
    return specs
