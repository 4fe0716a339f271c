"""A draft as a spec that compiles: the experiment again with other values, tested against the same control."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.context.case import Case
from agents.context.trials import SEED
from agents.facts.ids import label
from agents.proposals.allowed import ForbiddenProposal, check_proposal
from agents.proposals.basis import Ground, ground, points_of
from agents.proposals.spec import DRAFT, ProposedSpec, proposal_id
from agents.rewording.tools.draft_proposal import MOST_RUNS, write_proposal
from agents.rewording.tools.session import Changes, Propose, Refused
from compiler.base.identity import digest


def drafting(case: Case, experiment_folder: Path) -> Propose | None:
    """Writes drafts into the experiment's `proposals/`. None where there is no test that a follow-up could repeat."""
    known = ground(case)
    if known is None or not known.trials:
        return None

    def propose(changes: Changes) -> str:
        draft = drafted(known, changes)
        try:
            check_proposal(draft.document, case)
        except ForbiddenProposal as error:
            raise Refused(str(error)) from error
        return write_proposal(experiment_folder, Path(draft.file).name, draft.text)

    return propose


def drafted(known: Ground, changes: Changes) -> ProposedSpec:
    """The spec; all that it says in words is written here, and none of it by a model.

    Factors that are not changed stay where they were best; seeds are new ones unless they are what is changed.

    Raises:
        Refused: nothing is left to compare, or too many runs.
    """
    factor, control = str(known.compare["factor"]), known.compare["control"]
    tried = [level for level in changes.get(factor, known.factors.get(factor, ())) if label(level) != label(control)]
    if not tried:
        raise Refused(f"nothing to compare with the control: give another value of {factor} than {label(control)}")
    fixed = {key: [value] for key, value in known.best.items()}
    settings: dict[str, Any] = {**fixed, **{key: list(values) for key, values in changes.items()}}
    settings |= {factor: [control, *tried], SEED: list(changes.get(SEED, known.seeds_for(len(tried))))}
    if (runs := points_of(settings)) > MOST_RUNS:
        raise Refused(f"{runs} runs with the control and the seeds are more than the {MOST_RUNS} of a draft")
    name = proposal_id(known.case.experiment_id, DRAFT, digest(settings)[:8])
    told = {"experiment_id": name, **_told(known, settings, tried)}
    document = known.document(told, known.sweep(settings), {"factor": factor, "control": control, "treatment": None})
    return ProposedSpec(name, DRAFT, "try other values", document, runs)


def _told(known: Ground, settings: Mapping[str, Any], tried: list[Any]) -> dict[str, str]:
    factor, control = str(known.compare["factor"]), label(known.compare["control"])
    levels = " or ".join(map(label, tried))
    others = (key for key in settings if key not in (factor, SEED))
    where = "".join(f", {key} = {' or '.join(map(label, settings[key]))}" for key in others)
    return {
        "name": f"{known.spec['name']}: a drafted follow-up",
        "description": f"Compares {factor} = {levels} with {control}{where}.",
        "hypothesis": f"With {factor} = {levels}{where}, {known.metric} is {known.direction} than with {control}.",
        "research_question": f"Does {factor} = {levels} improve {known.metric} over {control}?",
        "rationale": f"Drafted while the results of {known.case.experiment_id} were put into words.",
    }
