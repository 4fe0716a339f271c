"""Read the decisions of a lab that count under its policy."""

from __future__ import annotations

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions
from lab.approvals.decisions import Decisions
from lab.collaboration.policy import read_policy

_SETTING = b"require_signatures"


def counted_decisions(lab: Lab) -> Decisions:
    """Return the decisions. If the lab requires signatures, approvals without one are left out.

    Raises:
        CompileError: The base config of the lab, which contains its policy, is wrong.
    """
    decisions = read_decisions(lab)
    return decisions.with_signature if requires_signatures(lab) else decisions


def requires_signatures(lab: Lab) -> bool:
    """Return whether approvals must be signed.

    The policy takes time to compose, so it is read only if the lab's own config may require signatures.
    """
    if not any(_SETTING in _content(lab, name) for name in ("config.yaml", "collaboration/*.yaml")):
        return False
    return read_policy(lab).require_signatures


def _content(lab: Lab, pattern: str) -> bytes:
    return b"".join(file.read_bytes() for file in lab.conf.glob(pattern) if file.is_file())
