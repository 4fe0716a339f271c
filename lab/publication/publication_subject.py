"""Compute what the approval of a publication is bound to: the checksums of its package and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from compiler.base.identity import canonical
from lab.approvals.subject import Subject


def publication_subject(experiment: str, checksums: bytes, answers: Mapping[str, str]) -> Subject:
    """Return the subject of an approval.

    Args:
        checksums: the bytes of the package's CHECKSUMS.
        answers: to the open items of the review checklist, by item.
    """
    content = {"checksums": sha256(checksums).hexdigest(), "answers": dict(answers)}
    return Subject("publication", experiment, sha256(canonical(content)).hexdigest())
