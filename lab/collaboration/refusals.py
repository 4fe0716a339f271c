"""Record why the policy refused a proposal, in a file beside the proposal. Only a person rejects."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from compiler.base.json_files import readable_object, write_json
from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from lab.approvals.decision import timestamp
from lab.collaboration.assess import Assessment
from lab.collaboration.policy import Policy
from lab.collaboration.proposal_files import Proposal

_MAX_REASONS = 20
_TIME = "refused_at"


def refusal_file(proposal: Proposal) -> Path:
    return proposal.file.with_suffix(".refused.json")


def record_refusal(lab: Lab, assessment: Assessment, policy: Policy, now: datetime) -> Path:
    """Write the refusal of a proposal and return its file. An equal refusal keeps its time."""
    proposal = assessment.proposal
    reasons = [*assessment.refusals, *assessment.limits]
    content: dict[str, Any] = {
        "schema_version": 1,
        "experiment_id": proposal.id,
        "parent": proposal.parent,
        "sha256": proposal.subject.sha256,
        "proposed_by": proposers(lab, proposal),
        "refused_by": {"kind": "policy", "name": policy.level, "sha256": policy.sha256},
        "reasons": [printable_line(reason) for reason in reasons[:_MAX_REASONS]],
        "further_reasons": max(len(reasons) - _MAX_REASONS, 0),
    }
    file = refusal_file(proposal)
    earlier = readable_object(file) or {}
    is_known = {key: value for key, value in earlier.items() if key != _TIME} == content
    at = earlier.get(_TIME) if is_known else None
    write_json(file, content | {_TIME: at or timestamp(now)})
    return file


def read_refusal(proposal: Proposal) -> dict[str, Any] | None:
    """Return the recorded refusal of exactly this content, None if there is none."""
    content = readable_object(refusal_file(proposal))
    return content if content and content.get("sha256") == proposal.subject.sha256 else None


def proposers(lab: Lab, proposal: Proposal) -> list[str]:
    """Return the analyses that list a proposal, none if no analysis does."""
    folder, name = lab.analysis_folder(proposal.parent), f"proposals/{proposal.file.name}"
    contents = {file.stem: readable_object(file) or {} for file in sorted(folder.glob("*.json"))}
    return [analyst for analyst, content in contents.items() if name in _files(content.get("proposals"))]


def _files(entries: Any) -> set[str]:
    return (
        {str(entry.get("file")) for entry in entries if isinstance(entry, dict)} if isinstance(entries, list) else set()
    )
