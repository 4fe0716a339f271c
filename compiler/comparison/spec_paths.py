"""Paths of the registered test and its claims in a spec, for diagnostics."""

from __future__ import annotations

from compiler.base.nested import Keys

COMPARE_PATH: Keys = ("experiment", "compare")
CLAIMS_PATH: Keys = ("experiment", "claims")
