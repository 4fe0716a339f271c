"""Read the decisions of a lab that count under its policy."""

from __future__ import annotations

from compiler.base.paths import Lab
from lab.approvals.decision_files import read_decisions
from lab.approvals.decisions import Decisions

_SETTING = b"require_signatures"


def counted_decisions(lab: Lab) -> Decisions:
    """Return the decisions. If the lab requires signatures, approvals without one are left out.

    Raises:
        CompileError: The base config of the lab, which contains its policy, is wrong.
    """
    decisions = read_decisions(lab)
    return decisions.with_signature if requires_signatures(lab) else decisions


def requires_signatures(lab: Lab) -> bool:
    """Return whether approvals must be signed. The policy is composed only if the lab's own config may require it."""
    if not any(_SETTING in _content(lab, name) for name in ("config.yaml", "collaboration/*.yaml")):
        return False
    from lab.collaboration.policy import read_policy  # composes the config, which takes time

    return read_policy(lab).require_signatures


def is_autonomous(lab: Lab) -> bool:
    """Return whether proposals that the policy has admitted may run. Raises CompileError as `counted_decisions`."""
    from lab.collaboration.policy import read_policy

    return read_policy(lab).level == "autonomous"


def _content(lab: Lab, pattern: str) -> bytes:
    return b"".join(file.read_bytes() for file in lab.conf.glob(pattern) if file.is_file())
