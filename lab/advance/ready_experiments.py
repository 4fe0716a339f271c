"""Find the experiments that may be built now, and the proposals that wait for a decision."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from lab.approvals.decisions import Decisions
from lab.approvals.standing import Standing, standing
from lab.approvals.subject_hashes import experiment_subject
from lab.collaboration.policy import Policy
from lab.collaboration.proposal_files import Proposal, is_placed, read_proposals
from lab.collaboration.valid_admission import admission_counts, is_admitted_by
from rules.gates.gate import document_gates, read_gate


def ready_experiments(lab: Lab, plan: Plan, decisions: Decisions, policy: Policy) -> list[str]:
    """Return the experiments of the lab that are not built and that a person approved or this policy admitted."""
    states = _unbuilt(lab, plan, decisions)
    return [name for name, state in states if state.is_approved or admission_counts(state, decisions, policy)]


def void_approvals(lab: Lab, plan: Plan, decisions: Decisions) -> list[str]:
    """Return the experiments that are not built and have changed since they were approved."""
    return [name for name, state in _unbuilt(lab, plan, decisions) if state.state == "void"]


def waiting_proposals(lab: Lab, decisions: Decisions, policy: Policy) -> list[Proposal]:
    """Return the proposals that nobody has decided on and that are not built.

    A proposal that an earlier policy admitted waits as well, because its budget or bounds may have changed.
    """
    return [
        proposal
        for proposal in read_proposals(lab)
        if _waits(standing(decisions, proposal.subject), policy)
        and not (is_placed(lab, proposal) and lab.results_file(proposal.id).exists())
    ]


def _waits(state: Standing, policy: Policy) -> bool:
    return state.state in ("undecided", "void") or (state.state == "admitted" and not is_admitted_by(state, policy))


def _unbuilt(lab: Lab, plan: Plan, decisions: Decisions) -> Iterator[tuple[str, Standing]]:
    for name, experiment in plan.experiments.items():
        if experiment.is_own and not is_built(lab, experiment):
            yield name, standing(decisions, experiment_subject(lab, experiment))


def is_built(lab: Lab, experiment: PlannedExperiment) -> bool:
    """Return whether the build of an experiment has ended: its results and the gates of its documents are written.

    After a closed training or validation gate, a build may write no documents.
    """
    if not lab.results_file(experiment.id).exists():
        return False
    gates = [read_gate(lab, experiment.id, name) for name in ("training", "validation")]
    is_closed = any(gate is not None and not gate.passed for gate in gates)
    return is_closed or all(read_gate(lab, experiment.id, name) for name in document_gates(experiment))
