"""Write a draft as a spec that compiles: the same experiment with other values, tested against the same control."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.context.case import Case
from agents.facts.ids import label
from agents.proposals.allowed import ForbiddenProposal, check_proposal
from agents.proposals.basis import Basis, number_of_points, proposal_basis
from agents.proposals.follow_up_spec import follow_up_spec, superiority_claim
from agents.proposals.spec import DRAFT, ProposedSpec
from agents.proposals.write import write_proposal
from agents.rewording.tools.draft_proposal import MAX_RUNS
from agents.rewording.tools.session import CallRejected, Changes, Propose
from compiler.base.identity import digest
from compiler.base.seed import SEED


def proposal_writer(case: Case, experiment_folder: Path) -> Propose | None:
    """Return a function that writes drafts into `proposals/`, or None if there is no test for a draft to repeat."""
    basis = proposal_basis(case)
    if basis is None:
        return None

    def propose(changes: Changes) -> str:
        draft = draft_spec(basis, changes)
        try:
            check_proposal(draft.document, case)
        except ForbiddenProposal as error:
            raise CallRejected(str(error)) from error
        write_proposal(experiment_folder, draft.file, draft.text)
        return draft.file

    return propose


def draft_spec(basis: Basis, changes: Changes) -> ProposedSpec:
    """Return the spec of a draft. All its prose is written by code, and none by the model.

    Factors that are not changed have their best levels. Seeds are new, unless `changes` sets them.

    Raises:
        CallRejected: There is no treatment to compare with the control, or there are too many runs.
    """
    factor, control = basis.test.factor, basis.test.control
    levels = changes.get(factor, basis.factors.get(factor, ()))
    treatments = [level for level in levels if label(level) != label(control)]
    if not treatments:
        raise CallRejected(f"nothing to compare with the control: give another value of {factor} than {label(control)}")
    settings: dict[str, list[Any]] = {key: [value] for key, value in basis.best.items()}
    settings |= {key: list(values) for key, values in changes.items()}
    settings |= {factor: [control, *treatments], SEED: list(changes.get(SEED, basis.seeds_for(len(treatments))))}
    if (runs := number_of_points(settings)) > MAX_RUNS:
        raise CallRejected(f"{runs} runs with the control and the seeds are more than the {MAX_RUNS} of a draft")
    name = basis.next_id(DRAFT, digest(settings)[:8])
    prose = {"experiment_id": name, **_prose(basis, settings, treatments)}
    claim = superiority_claim(basis, factor, control, treatments)
    document = follow_up_spec(basis, prose, basis.sweep(settings), claim)
    return ProposedSpec(name, DRAFT, "try other values", document, runs)


def _prose(basis: Basis, settings: Mapping[str, Any], treatments: list[Any]) -> dict[str, str]:
    factor, control = basis.test.factor, label(basis.test.control)
    levels = " or ".join(map(label, treatments))
    others = (key for key in settings if key not in (factor, SEED))
    setting = "".join(f", {key} = {' or '.join(map(label, settings[key]))}" for key in others)
    return {
        "name": f"{basis.name}: a drafted follow-up",
        "description": f"Compares {factor} = {levels} with {control}{setting}.",
        "hypothesis": f"With {factor} = {levels}{setting}, {basis.metric} is {basis.direction} than with {control}.",
        "research_question": f"Does {factor} = {levels} improve {basis.metric} over {control}?",
        "rationale": f"Drafted while the results of {basis.case.experiment_id} were reworded.",
    }
