"""Find the decision that lets each experiment of a build run, or record the one that a person makes by starting it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.admission.counted_decisions import requires_signatures
from lab.approvals.decision import Decision, timestamp
from lab.approvals.decision_files import Clock, record
from lab.approvals.decisions import Decisions
from lab.approvals.person import person
from lab.approvals.standing import Standing
from lab.approvals.subject import Subject
from lab.collaboration.policy import read_policy
from lab.collaboration.valid_admission import admission_counts

Standings = Mapping[Subject, Standing]
DecisionOf = Mapping[Subject, Decision]


class NotAdmitted(InputError):
    """Experiments of a build may not run. The message has a line for each."""


def approve_by_build(
    lab: Lab, standings: Standings, command: str, environ: Mapping[str, str], clock: Clock
) -> DecisionOf:
    """Return the decision about each experiment. One approval is recorded for all that have none.

    A rejection is not replaced by a build. The person has to approve the experiment by name.

    Raises:
        NotAdmitted: An experiment was rejected, or the lab requires signatures and an approval is missing.
    """
    decided = {subject: state.decision for subject, state in standings.items() if state.decision and state.is_approved}
    new = tuple(subject for subject in standings if subject not in decided)
    rejected = {subject: standings[subject] for subject in new if standings[subject].state == "rejected"}
    _refuse(_refusal(subject, state) for subject, state in rejected.items())
    if new and requires_signatures(lab):
        _refuse(
            f"{subject.name}: has no signed approval (proband approve {subject.name} --sign KEY)" for subject in new
        )
    if new:
        approval = Decision(new, "approved", person(lab, environ=environ), timestamp(clock()), command)
        record(lab, approval)
        decided |= dict.fromkeys(new, approval)
    return decided


def decided_before(lab: Lab, standings: Standings, decisions: Decisions) -> DecisionOf:
    """Return the decision about each experiment of a build that a program started.

    Raises:
        NotAdmitted: An experiment is neither approved by a person nor admitted by the current policy of the lab.
    """
    _refuse(
        _refusal(subject, state)
        for subject, state in standings.items()
        if state.state != "approved" and not _is_admitted(lab, state, decisions)
    )
    return {subject: state.decision for subject, state in standings.items() if state.decision}


def _is_admitted(lab: Lab, state: Standing, decisions: Decisions) -> bool:
    return state.state == "admitted" and admission_counts(state, decisions, read_policy(lab))


def _refuse(problems: Iterable[str]) -> None:
    """Raise NotAdmitted if there is a problem."""
    if lines := list(problems):
        raise NotAdmitted("\n".join((*lines, "Nothing was built.")))


def _refusal(subject: Subject, state: Standing) -> str:
    """Return why an experiment may not run, and the command that approves it."""
    return f"{subject.name}: {_reason(subject, state)} (proband approve {subject.name})"


def _reason(subject: Subject, state: Standing) -> str:
    decision = state.decision
    if decision is None:
        return "no person has approved it"
    made = f"by {decision.by} at {decision.at[:19]}Z"
    if state.state == "rejected":
        return f"was rejected {made}: {decision.why}"
    if state.state == "void":
        approved, current = str(state.decided_sha256(subject))[:12], subject.sha256[:12]
        return f"its approval {made} is void, because it has changed since (sha256 {approved}, now {current})"
    return f"was admitted {made}, which the current level and policy of the lab do not allow"
