"""Return the risk flags of an experiment, and those that no person has signed."""

from __future__ import annotations

from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.plan.model import Plan
from lab.approvals.decisions import Decisions
from lab.approvals.standing import Standing, standing
from lab.approvals.subject_hashes import experiment_subject
from lab.ethics.declared import declared_findings, licence_findings
from lab.ethics.flag import Flag, make_flags
from lab.ethics.group_gaps import group_findings


def flags(lab: Lab, plan: Plan, experiment_id: str) -> tuple[Flag, ...]:
    """Return the flags of an experiment: those that are declared, and those that code finds.

    Raises:
        NoSubject: The spec cannot be read.
    """
    experiment = plan.experiments[experiment_id]
    findings = [*declared_findings(experiment), *licence_findings(experiment), *group_findings(lab, experiment)]
    return tuple(make_flags(experiment, experiment_subject(lab, experiment).sha256, findings))


def unsigned_flags(lab: Lab, plan: Plan, experiment_id: str, decisions: Decisions) -> dict[str, str]:
    """Return why each unsigned flag blocks the publication, by its name, with the command that signs it.

    Neither a policy nor `on_gate: continue` signs a flag.
    """
    standings = {flag: standing(decisions, flag.subject) for flag in flags(lab, plan, experiment_id)}
    return {flag.name: _reason(flag, state) for flag, state in standings.items() if not state.is_approved}


def _reason(flag: Flag, state: Standing) -> str:
    findings = printable_line("; ".join(flag.findings))
    question = f"{flag.title}: {findings}. {flag.question}"
    decision = state.decision
    if state.state == "rejected" and decision is not None:
        return f"{question} {decision.by} rejected it: {printable_line(decision.why)}"
    void = f" (the signature of {decision.by} is void, because the content has changed)" if decision else ""
    return f"{question} A person must sign it{void}: proband approve {flag.subject.name} --why ANSWER"
