"""Decide whether code of a lab may be run: whether the lab is the user's own, or the user has trusted it once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.lab_trust.git_remotes import remote_urls, working_tree
from compiler.base.lab_trust.trusted_labs import is_listed
from compiler.base.paths import ENGINE, Lab
from compiler.base.redaction import redact_keys

# `1` trusts every lab, for CI. `list` trusts only the labs in the list of `proband trust`, also those of the user.
TRUST = "PROBAND_TRUST"


class UntrustedLab(InputError):
    """The code of a lab would be run, but the lab is somebody else's and was never trusted."""


def is_trusted(lab: Lab) -> bool:
    """Return whether code of the lab may be run."""
    return distrust_reason(lab.root) is None


def require_trust(lab: Lab) -> None:
    """Raise UntrustedLab if code of the lab must not be run."""
    if (reason := distrust_reason(lab.root)) is not None:
        hint = "read its code, then run: proband trust"
        raise UntrustedLab(f"{lab.root.resolve()}: {reason}; nothing was run ({hint})")


def distrust_reason(root: Path, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return why code of a lab must not be run, or None if it may be run."""
    if environ.get(TRUST) == "1" or is_listed(root):
        return None
    root = root.resolve()
    tree = working_tree(root)
    if ENGINE in (root, tree):
        return None
    owner, user = root.stat().st_uid, os.geteuid()
    if owner != user:
        return f"the lab belongs to another user (id {owner}, yours is {user})"
    remotes = remote_urls(tree) if tree is not None else ()
    if remotes:
        return f"the lab is a copy of the git repository {redact_keys(remotes[0]) or 'of its remote'}"
    return "the lab is not in the list of trusted labs" if environ.get(TRUST) == "list" else None
