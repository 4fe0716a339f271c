"""Describe what a deliverable asks of a run, for lines that users read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LOCAL_LOG = "complete local log"


def check_label(spec: Mapping[str, Any]) -> str:
    """Return the validation of a deliverable, or what it means if the deliverable needs no server.

    Args:
        spec: the deliverable in the plan. In JSON, the validation keeps its name.
    """
    is_local = spec["validation"] == "synced_and_downloadable" and spec.get("mode") == "offline"
    return LOCAL_LOG if is_local else str(spec["validation"])
