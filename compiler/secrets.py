"""Secrets come from the environment and are never written: a config that would copy one is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from compiler.errors import Problem
from compiler.tree import leaves

_SECRET = re.compile(r"\$\{\s*(?:oc\.)?env\s*:[^}]*(?:key|token|secret|passw|credential)", re.IGNORECASE)


def secret_problems(config: Any) -> Iterator[Problem]:
    """Values that take a secret out of the environment: resolved, it would stand in every run's config.json."""
    for path, value in leaves(config):
        if isinstance(value, str) and _SECRET.search(value):
            hint = "leave it out; the client reads the environment itself"
            yield Problem(path, "would write a secret from the environment into the results", hint)
