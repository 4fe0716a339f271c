"""All follow-ups of an experiment, and how they are written down."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from agents.context.case import Case
from agents.proposals.allowed import check_proposal
from agents.proposals.basis import ground
from agents.proposals.fill_grid import fillings
from agents.proposals.more_seeds import lacking_seeds
from agents.proposals.refine import refinements
from agents.proposals.revert import reversions
from agents.proposals.spec import DRAFT, ProposedSpec
from compiler.base.json_files import write_text


def proposals(case: Case) -> tuple[ProposedSpec, ...]:
    """What the experiment needs first comes first: a test that could decide, then a whole grid, then new questions.

    Raises:
        ForbiddenProposal: one would set what the author does not allow, which is a mistake of this package.
    """
    known = ground(case)
    if known is None or not known.trials:
        return ()
    found = (*lacking_seeds(known), *fillings(known), *reversions(known), *refinements(known))
    for one in found:
        check_proposal(one.document, case)
    return found


def write_proposals(folder: Path, specs: Iterable[ProposedSpec]) -> None:
    """Each as a file below the experiment's folder; those of an earlier analysis that no longer hold go.

    Drafts of a language model stay: they belong to the documents that they were drafted for.
    """
    wanted = {folder / one.file: one.text for one in specs}
    for stale in set((folder / "proposals").glob("*.yaml")) - wanted.keys():
        if f"_{DRAFT}_" not in stale.name:
            stale.unlink()
    for file, text in wanted.items():
        write_text(file, text)
