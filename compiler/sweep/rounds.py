"""The rounds of a search: those on disk, and those that its budget leaves. Read without Hydra, as a plan is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.paths import Lab


def round_files(lab: Lab, experiment_id: str, search: str) -> list[Path]:
    """The rounds that were written, and the next, which was not."""
    files = [lab.round(experiment_id, search, 1)]
    while files[-1].is_file():
        files.append(lab.round(experiment_id, search, len(files) + 1))
    return files


def rounds_to_come(search: Mapping[str, Any]) -> dict[int, int]:
    """By the number of the round how many trials it will ask; `search` is as in the plan."""
    asked = search["trials"]
    first = 1 + (asked[-1]["round"] if asked else 0)
    left = search["budget"] // search["runs_per_trial"] - len(asked)
    sizes = [min(search["batch"], left - done) for done in range(0, left, search["batch"])]
    return dict(enumerate(sizes, start=first))


def runs_to_come(search: Mapping[str, Any] | None) -> int:
    """How many runs a search, as in the plan, has still to ask for."""
    return sum(rounds_to_come(search).values()) * int(search["runs_per_trial"]) if search else 0
