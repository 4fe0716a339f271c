"""State what a person should know about the decisions of a lab.

These are a hold, damaged files, approvals that do not count, and reports that were returned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from lab.admission.counted_decisions import counted_decisions
from lab.admission.hold import RELEASE, read_hold
from lab.approvals.decision_files import read_decisions
from lab.approvals.decisions import Decisions
from lab.approvals.standing import standing
from lab.approvals.subject_hashes import NoSubject, experiment_subject, report_subject


def decision_warnings(lab: Lab, plan: Plan, names: Collection[str]) -> Iterator[str]:
    """Yield a line for each. `names` are the experiments whose approvals are compared with their present content."""
    if (hold := read_hold(lab)) is not None:
        yield f"{hold} ({RELEASE})"
    decisions = read_decisions(lab)
    yield from map(str, decisions.damaged)
    if decisions.recorded:
        counted = counted_decisions(lab)
        for name in names:
            if name in plan.experiments:
                yield from _approval_warnings(lab, plan.experiments[name], decisions, counted)
                yield from _returned_reports(lab, plan.experiments[name], counted)


def _approval_warnings(
    lab: Lab, experiment: PlannedExperiment, decisions: Decisions, counted: Decisions
) -> Iterator[str]:
    """Yield a line if the experiment has changed since its approval, or if the approval lacks a required signature."""
    try:
        subject = experiment_subject(lab, experiment)
    except NoSubject:
        return
    state, signed = standing(decisions, subject), standing(counted, subject)
    if state.decision is None:
        return
    made = f"{experiment.id}: the approval by {state.decision.by} at {state.decision.at[:19]}Z"
    if state.state == "void":
        approved, current = str(state.decided_sha256(subject))[:12], subject.sha256[:12]
        yield f"{made} is void: the experiment has changed (sha256 {approved}, now {current})"
    elif state.is_approved and not signed.is_approved:
        yield f"{made} has no signature, so it does not count (proband approve {experiment.id} --sign KEY)"


def _returned_reports(lab: Lab, experiment: PlannedExperiment, decisions: Decisions) -> Iterator[str]:
    """Yield a line for each report that a person returned and that was not written again."""
    for title in experiment.reports:
        try:
            state = standing(decisions, report_subject(lab, experiment.id, title))
        except NoSubject:
            continue
        if state.state == "returned" and state.decision is not None:
            count = len(state.decision.remarks)
            remarks = "a remark" if count == 1 else f"{count} remarks"
            returned = f"was returned by {state.decision.by} with {remarks} that this version does not answer"
            yield f"{experiment.id}/{title}: {returned} (snakemake --cores 2 {experiment.id})"
