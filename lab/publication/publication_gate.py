"""Decide the gate of a publication: the package is intact, nothing private is in it, and a person has approved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote

from lab.approvals.standing import Standing
from lab.publication.checklist import Item, answer_problems, required_answers
from lab.publication.checksums import CHECKSUMS
from rules.gates.gate import Decider, Gate, decide

_MAX_LISTED = 20


def publication_gate(
    experiment: str,
    package: Path,
    items: Sequence[Item],
    standing: Standing,
    edits: Sequence[str],
    findings: Sequence[str],
    unsigned: Mapping[str, str],
) -> Gate:
    """Return the gate.

    Args:
        edits: files of the package or its archive that were changed by hand.
        findings: of the scan for secrets and private data, each with file and line.
        unsigned: why each risk flag that no person has signed blocks the publication, by its name.
    """
    approval = approval_reason(experiment, package, items, standing)
    reasons = {"package": _edit_reason(edits), "scan": _listed(findings), **unsigned, "approval": approval}
    person = standing.decision.by.name if standing.decision and not approval else ""
    decider = Decider("person", person) if person else Decider("code", __name__)
    return decide("publication", reasons, decider, f"{person} approved the checksums of the package and the checklist")


def failed_preparation(reason: str) -> Gate:
    """Return the gate of an experiment whose package could not be prepared."""
    return decide("publication", {"package": reason}, __name__, "")


def approval_reason(experiment: str, package: Path, items: Sequence[Item], standing: Standing) -> str:
    """Return why the package is not approved, with the command that approves it; "" if a person has approved it."""
    decision = standing.decision
    if standing.state == "approved" and decision is not None:
        problems = list(answer_problems(items, decision.answers))
        if not problems:
            return ""
        return f"{'; '.join(problems)}; approve it again: {approve_command(experiment, items)}"
    if standing.state == "void" and decision is not None:
        state = f"the package is not what {decision.by.name} approved on {decision.at[:10]}, so that approval is void"
    elif standing.state == "rejected" and decision is not None:
        state = f"{decision.by.name} rejected it on {decision.at[:10]}: {decision.why}"
    else:
        state = "no person has approved it"
    folder = package.as_posix()
    return f"{state}; read {folder} ({CHECKSUMS} is what is approved), then: {approve_command(experiment, items)}"


def approve_command(experiment: str, items: Sequence[Item]) -> str:
    """Return the command with which a person approves a package, with a place for each required answer."""
    answers = "".join(f" --answer {quote(f'{item.id}=…')}" for item in required_answers(items))
    return f"proband approve {experiment}/publication{answers}"


def _edit_reason(edits: Sequence[str]) -> str:
    """Return why an edited package closes the gate. The build has written the files again, so the next one opens it."""
    action = "they are written again (repeat the command to publish what was approved)"
    return f"files differ from what was written: {_listed(edits)}; {action}" if edits else ""


def _listed(lines: Sequence[str]) -> str:
    more = f"; and {len(lines) - _MAX_LISTED} more" if len(lines) > _MAX_LISTED else ""
    return "; ".join(lines[:_MAX_LISTED]) + more
