"""Decide from its config whether a run can be trained together with others, and give the reason if it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def why_not_fusable(config: Mapping[str, Any]) -> str:
    """Return why a run with this config has to be trained alone, "" if it can be trained with others."""
    return f"{config['model']['_target_']} cannot be trained together with others yet"
