"""List the proposals that wait for a decision, each compiled as if it were a spec of the lab."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.decisions import Decisions
from lab.approvals.standing import Standing, standing
from lab.review.item import Item
from lab.review.proposal_details import ProposalDetails, proposal_details
from lab.review.proposal_files import ProposalFile, proposal_files
from rules.reporting.proposed_specs import plan_with_proposals

Refusals = Callable[[ProposalDetails], Iterable[str]]  # the bounds that a proposal leaves
Rank = Callable[[ProposalDetails], float]  # a higher value comes first


def undecided_proposals(lab: Lab, decisions: Decisions) -> list[tuple[ProposalFile, Standing]]:
    """Return the proposals without a decision for exactly their content, and what was decided about other versions."""
    files = [(proposal, standing(decisions, proposal.subject)) for proposal in proposal_files(lab)]
    return [(proposal, state) for proposal, state in files if state.state in ("undecided", "void")]


def plan_of_proposals(lab: Lab, proposals: Iterable[ProposalFile]) -> Plan:
    """Return the plan that the lab would have with these proposals."""
    return plan_with_proposals(lab, {item.name: item.text for item in proposals if not item.problem})


def proposal_item(lab: Lab, plan: Plan, proposal: ProposalFile, decisions: Decisions, state: Standing) -> Item:
    """Return the item of a proposal. `plan` is the plan that includes it."""
    problems = tuple(proposal_problems(lab, plan, proposal))
    file = proposal.file.relative_to(lab.root).as_posix()
    notes = tuple(_earlier_rejection(proposal, decisions))
    if problems:
        what = f"follow-up of {proposal.parent} that cannot be built as it is"
        return Item(proposal.subject, file, what, standing=state, problems=problems, notes=notes)
    details = proposal_details(lab, plan, proposal)
    what = details.purpose or details.experiment.design.hypothesis
    return Item(proposal.subject, file, what, details.rationale, state, (), notes, details.to_json())


def proposal_problems(lab: Lab, plan: Plan, proposal: ProposalFile) -> Iterator[str]:
    """Yield the reasons for which a proposal cannot become a spec of the lab."""
    target = lab.conf / "experiment" / proposal.file.name
    if proposal.problem:
        yield f"{proposal.file.relative_to(lab.root)}: {proposal.problem}"
    elif target.exists() and target.read_bytes() != proposal.content:
        spec = target.relative_to(lab.root)
        yield f"{spec} exists with another content (delete or rename it, or reject the proposal)"
    elif proposal.name in plan.broken:
        yield from _readable(plan.broken[proposal.name], proposal, lab)
    elif (other := spec_with_id(plan, proposal.name)) not in ("", proposal.file.name):
        yield f"'{proposal.name}' is also the id of the spec {other} (rename one of them, or reject the proposal)"
    elif proposal.name not in plan.experiments:
        yield f"its experiment_id is not '{proposal.name}', the name of its file (proband edit {proposal.name})"


def spec_with_id(plan: Plan, experiment_id: str) -> str:
    """Return the name of the file whose spec has an id, "" if none has it."""
    return Path(plan.experiments[experiment_id].file).name if experiment_id in plan.experiments else ""


def _readable(diagnostics: Iterable[str], proposal: ProposalFile, lab: Lab) -> Iterator[str]:
    """Yield diagnostics with the path of the proposal instead of that of the temporary copy."""
    for line in diagnostics:
        _, found_name, rest = line.partition(f"/experiment/{proposal.file.name}:")
        yield f"{proposal.file.relative_to(lab.root)}:{rest}" if found_name else line


def _earlier_rejection(proposal: ProposalFile, decisions: Decisions) -> Iterator[str]:
    """Yield a line if a person rejected an earlier version of this proposal."""
    about = [
        decision
        for decision in decisions.recorded
        if decision.outcome == "rejected" and any(s.is_same_item(proposal.subject) for s in decision.subjects)
    ]
    if about:
        yield f"an earlier version was rejected by {about[-1].by} on {about[-1].at[:10]}: {about[-1].why}"
