"""Find the approval of a prepared package, and write it for the readers of the archive."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from lab.approvals.decision import Decision
from lab.approvals.decisions import Decisions
from lab.approvals.standing import Standing
from lab.publication.checksums import CHECKSUMS
from lab.publication.publication_subject import publication_subject

APPROVAL = "APPROVAL.json"


def publication_standing(decisions: Decisions, experiment: str, package: Path) -> Standing:
    """Return what has been decided about a package. Each decision is compared by its own answers.

    The latest decision for exactly these checksums counts. Without one, the state is `void` if the latest decision
    about the publication approved other checksums.
    """
    checksums = _checksums(package)
    about = [decision for decision in decisions.recorded if _is_about(decision, experiment)]
    for decision in reversed(about):
        if checksums and decision.names(publication_subject(experiment, checksums, decision.answers)):
            return Standing(decision.outcome, decision)
    if about and about[-1].outcome == "approved":
        return Standing("void", about[-1])
    return Standing("undecided")


def approval_json(decision: Decision, experiment: str, package: Path) -> dict[str, Any]:
    """Return who approved the package, when, and with which answers. An e-mail address is not published."""
    checksums = _checksums(package)
    return {
        "schema_version": 1,
        "experiment_id": experiment,
        "checksums_sha256": sha256(checksums).hexdigest(),
        "approved_sha256": publication_subject(experiment, checksums, decision.answers).sha256,
        "approved_by": decision.by.name,
        "approved_at": decision.at,
        "answers": dict(decision.answers),
        "why": decision.why,
    }


def _checksums(package: Path) -> bytes:
    file = package / CHECKSUMS
    return file.read_bytes() if file.is_file() else b""


def _is_about(decision: Decision, experiment: str) -> bool:
    return any(subject.kind == "publication" and subject.name == experiment for subject in decision.subjects)
