"""Decide whether an admission by the policy still counts under the current policy."""

from __future__ import annotations

from lab.approvals.decisions import Decisions
from lab.approvals.standing import Standing, standing
from lab.collaboration.policy import Policy


def is_admitted_by(state: Standing, policy: Policy) -> bool:
    """Return whether exactly this policy, at level autonomous, admitted the content."""
    decision = state.decision if state.state == "admitted" else None
    is_bound = decision is not None and decision.answers.get("policy") == policy.sha256
    return is_bound and policy.level == "autonomous"


def admission_counts(state: Standing, decisions: Decisions, policy: Policy) -> bool:
    """Return whether an admission counts: nobody has rejected the proposal or the experiment since."""
    subjects = state.decision.subjects if state.decision and is_admitted_by(state, policy) else ()
    return bool(subjects) and all(standing(decisions, subject).state == "admitted" for subject in subjects)
