"""Admit a proposal by the policy: copy it byte for byte to `conf/experiment/`, and record the decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from compiler.base.paths import Lab
from lab.admission.hold import require_no_hold
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision, timestamp
from lab.approvals.decision_files import record
from lab.collaboration.amounts import Amounts
from lab.collaboration.assess import Assessment
from lab.collaboration.policy import Policy
from lab.spec_files.compiled_subject import compiled_subject
from lab.spec_files.new_spec import new_spec

Clock = Callable[[], datetime]


def admit_proposal(lab: Lab, assessment: Assessment, policy: Policy, clock: Clock) -> Decision:
    """Admit a proposal that may run by itself, and return the recorded decision. If it fails, no file remains.

    The decision binds to the bytes of the proposal, to the experiment that it becomes, and to the policy.

    Raises:
        OnHold: The lab is on hold.
        NotCompiled: It compiled alone, but not as a spec of the lab.
        InputError: A file cannot be written.
    """
    proposal = assessment.proposal
    require_no_hold(lab)
    with new_spec(lab, proposal.id, proposal.content):
        subjects = (proposal.subject, compiled_subject(lab, proposal.id))
        decision = Decision(
            subjects,
            "admitted",
            Actor("policy", policy.level),
            timestamp(clock()),
            "proband advance",
            assessment.rank.reason,
            _answers(assessment, policy),
        )
        require_no_hold(lab)
        record(lab, decision)
    return decision


def _answers(assessment: Assessment, policy: Policy) -> dict[str, str]:
    """Return what the decision records beside its subjects: the policy, and the costs that count for the budget."""
    cost: Amounts = assessment.cost
    amounts = {"runs": cost.runs, "hours": cost.hours, "model_calls": cost.model_calls, "money": cost.money}
    return {
        "policy": policy.sha256,
        "parent": assessment.proposal.parent,
        "generation": str(assessment.generation),
        **{name: f"{value:g}" for name, value in amounts.items() if value is not None},
    }
