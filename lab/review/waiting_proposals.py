"""List the proposals that wait for a decision, each compiled as if it were a spec of the lab."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.approvals.decisions import Decisions
from lab.approvals.standing import Standing, standing
from lab.collaboration.proposal_files import Proposal, read_proposals
from lab.collaboration.rank import Rank
from lab.collaboration.strategy_file import Strategy, read_strategy
from lab.review.item import Item
from lab.review.proposal_details import proposal_details
from lab.review.proposal_notes import proposal_rank, refusal_notes, strategy_notes
from rules.reporting.proposed_specs import plan_with_proposals


def undecided_proposals(lab: Lab, decisions: Decisions) -> list[tuple[Proposal, Standing]]:
    """Return the proposals without a decision for exactly their content, and what was decided about other versions."""
    files = [(proposal, standing(decisions, proposal.subject)) for proposal in read_proposals(lab)]
    return [(proposal, state) for proposal, state in files if state.state in ("undecided", "void")]


def plan_of_proposals(lab: Lab, proposals: Iterable[Proposal]) -> Plan:
    """Return the plan that the lab would have with these proposals."""
    return plan_with_proposals(lab, {item.id: item.text for item in proposals if not item.problem})


def proposal_items(lab: Lab, decisions: Decisions) -> list[Item]:
    """Return the proposals that wait, in the order of the strategy. Those that cannot be approved come last."""
    undecided = undecided_proposals(lab, decisions)
    if not undecided:
        return []
    plan, strategy = plan_of_proposals(lab, [proposal for proposal, _ in undecided]), read_strategy(lab)
    ranked = [ranked_item(lab, plan, strategy, proposal, decisions, state) for proposal, state in undecided]
    usable = sorted(((item, rank) for item, rank in ranked if rank), key=lambda entry: entry[1])
    return [item for item, _ in usable] + [item for item, rank in ranked if rank is None]


def ranked_item(
    lab: Lab, plan: Plan, strategy: Strategy, proposal: Proposal, decisions: Decisions, state: Standing
) -> tuple[Item, Rank | None]:
    """Return the item of a proposal and its place, None if it cannot be approved. `plan` includes the proposal."""
    problems = tuple(proposal_problems(lab, plan, proposal))
    file = proposal.file.relative_to(lab.root).as_posix()
    notes = (*_earlier_rejection(proposal, decisions), *refusal_notes(proposal))
    if problems:
        what = f"follow-up of {proposal.parent} that cannot be built as it is"
        return Item(proposal.subject, file, what, standing=state, problems=problems, notes=notes), None
    details = proposal_details(lab, plan, proposal)
    what = details.purpose or details.experiment.design.hypothesis
    rank = proposal_rank(strategy, plan, details)
    notes = (*notes, *strategy_notes(strategy, rank))
    return Item(proposal.subject, file, what, details.rationale, state, (), notes, details.to_json()), rank


def proposal_problems(lab: Lab, plan: Plan, proposal: Proposal) -> Iterator[str]:
    """Yield the reasons for which a proposal cannot become a spec of the lab."""
    target = lab.spec(proposal.id)
    if proposal.problem:
        yield f"{proposal.file.relative_to(lab.root)}: {proposal.problem}"
    elif target.exists() and target.read_bytes() != proposal.content:
        spec = target.relative_to(lab.root)
        yield f"{spec} exists with another content (delete or rename it, or reject the proposal)"
    elif proposal.id in plan.broken:
        yield from _readable(plan.broken[proposal.id], proposal, lab)
    elif (other := spec_with_id(plan, proposal.id)) not in ("", proposal.file.name):
        yield f"'{proposal.id}' is also the id of the spec {other} (rename one of them, or reject the proposal)"
    elif proposal.id not in plan.experiments:
        yield f"its experiment_id is not '{proposal.id}', the name of its file (proband edit {proposal.id})"


def spec_with_id(plan: Plan, experiment_id: str) -> str:
    """Return the name of the file whose spec has an id, "" if none has it."""
    return Path(plan.experiments[experiment_id].file).name if experiment_id in plan.experiments else ""


def _readable(diagnostics: Iterable[str], proposal: Proposal, lab: Lab) -> Iterator[str]:
    """Yield diagnostics with the path of the proposal instead of that of the temporary copy."""
    for line in diagnostics:
        _, separator, rest = line.partition(f"/experiment/{proposal.file.name}:")
        yield f"{proposal.file.relative_to(lab.root)}:{rest}" if separator else line


def _earlier_rejection(proposal: Proposal, decisions: Decisions) -> Iterator[str]:
    """Yield a line if a person rejected an earlier version of this proposal."""
    about = [
        decision
        for decision in decisions.recorded
        if decision.outcome == "rejected" and any(s.is_same_item(proposal.subject) for s in decision.subjects)
    ]
    if about:
        yield f"an earlier version was rejected by {about[-1].by} on {about[-1].at[:10]}: {about[-1].why}"
