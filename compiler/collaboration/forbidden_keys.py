"""Recognise the config keys that no agent may set: those that select code, name a path or command, or train nothing."""

from __future__ import annotations

import re

from compiler.base.identity import is_excluded

_PATH_OR_COMMAND = re.compile(
    r"(^|_)(path|paths|file|files|filename|dir|directory|folder|root|url|uri|host|command|cmd|script|shell|exec)$"
)
_HYDRA_KEY = re.compile(r"^_.*_$")  # _target_, _args_, _partial_ …


def forbidden_key(key: str) -> str:
    """Return why no proposal may set a dotted key, or an empty text if one may."""
    names = re.split(r"[./@]", key)
    if any(_HYDRA_KEY.match(name) for name in names):
        return "selects code"
    if any(_PATH_OR_COMMAND.search(name) for name in names):
        return "names a path or a command"
    return "cannot change a training" if is_excluded(key) else ""
