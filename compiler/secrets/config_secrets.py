"""Find values in a config that are secrets themselves. Problems never quote the value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import nodes

# Narrower than the patterns of the redaction, because a match is an error here.
_KEYS = re.compile(
    r"""-----BEGIN[ A-Z]{0,40}PRIVATE\ KEY-----
    | \b(?:sk|pk|rk)[-_](?:[A-Za-z0-9]{1,12}[-_]){0,3}
      (?=[A-Za-z0-9]{0,100}\d)(?=[A-Za-z0-9]{0,100}[A-Za-z])[A-Za-z0-9]{12,}
    | \bgh[opusr]_[A-Za-z0-9]{16,} | \bgithub_pat_\w{20,} | \bglpat-[\w\-]{16,}
    | \bhf_(?=[A-Za-z]{0,40}[A-Z0-9])[A-Za-z0-9]{20,} | \bnpm_[A-Za-z0-9]{20,} | \bpypi-AgEI[\w\-]{16,}
    | \bgsk_[A-Za-z0-9]{20,} | \b(?:AKIA|ASIA)[A-Z0-9]{12,} | \bAIza[\w\-]{30,} | \bxox[abeprs]-[\w\-]{10,}
    | \bSG\.[\w\-]{16,}\.[\w\-]{16,} | (?<![\w\-])eyJ[\w\-]{8,}\.eyJ[\w\-]{8,}\.[\w\-]*
    | ://[^\s/@:"']{1,100}:[^\s/@"']{1,200}@""",
    re.VERBOSE,
)
_SECRET_KEY = re.compile(r"api_?key|secret|passw(?:or)?d|credentials?|(?:access|auth|refresh)_?token", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{12,}")  # of a key whose name says that it is secret
_HINT = "remove it, because configs are copied into the results; clients read keys from environment variables"


def literal_secret_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the values and keys of a config that have the form of a key, a token or a login.

    `agents` is checked with the settings of language models, whose messages say where their keys belong.
    """
    for path, value in nodes({key: part for key, part in config.items() if key != "agents"}):
        if isinstance(value, str):
            if _KEYS.search(value):
                yield Problem(path, "contains a value that looks like a key or a password", _HINT)
            elif path and "${" not in value and _is_secret(str(path[-1]), value):
                yield Problem(path, "looks like a secret, by its name and its value", _HINT)
        elif isinstance(value, dict) and any(_KEYS.search(str(key)) for key in value):
            yield Problem(path, "has a key that looks like a secret", _HINT)


def _is_secret(name: str, value: str) -> bool:
    return _SECRET_KEY.search(name) is not None and _SECRET_VALUE.fullmatch(value) is not None
