"""Who descends from whom, as a plan tells it. Light: Snakemake's own process asks, also that of a cluster job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def descent(plan: Mapping[str, Any], experiment: str) -> Mapping[str, Any]:
    """An experiment's entry in the family tree."""
    found: Mapping[str, Any] = next(one for one in plan["genealogy"] if one["experiment_id"] == experiment)
    return found


def parent(plan: Mapping[str, Any], experiment: str) -> tuple[str, Mapping[str, Any]] | None:
    """Id and entry of the experiment that this one descends from; None without one, or where its spec is broken."""
    name = descent(plan, experiment)["parent_experiment"]
    entry = plan["experiments"].get(name)
    return None if entry is None else (name, entry)
