"""State what a person should know about the decisions of a lab: a hold, damaged files, and approvals that are void."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.admission.hold import RELEASE, read_hold
from lab.approvals.decision_files import read_decisions
from lab.approvals.standing import standing
from lab.approvals.subject_hashes import NoSubject, experiment_subject


def decision_warnings(lab: Lab, plan: Plan, names: Collection[str]) -> Iterator[str]:
    """Yield a line for each. `names` are the experiments whose approvals are compared with their present content."""
    if (hold := read_hold(lab)) is not None:
        yield f"{hold} ({RELEASE})"
    decisions = read_decisions(lab)
    yield from map(str, decisions.damaged)
    for name in names if decisions.recorded else ():
        if name not in plan.experiments:
            continue
        try:
            subject = experiment_subject(lab, plan.experiments[name])
        except NoSubject:
            continue
        state = standing(decisions, subject)
        if state.state == "void" and state.decision is not None:
            approved, current = str(state.decided_sha256(subject))[:12], subject.sha256[:12]
            made = f"by {state.decision.by} at {state.decision.at[:19]}Z"
            yield f"{name}: the approval {made} is void: the experiment has changed (sha256 {approved}, now {current})"
