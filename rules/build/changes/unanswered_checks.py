"""Find checks of tracked runs for which a server gave no answer, and make Snakemake check these deliverables again.

That a server could not be reached is not a result of a run. A log that is offline on purpose asks no server, so its
verdict stays.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from rules.build.build_plan import BuildPlan

_TRACKED_TYPES = ("wandb_run", "tracked_run")


def find_unanswered_checks(plan: BuildPlan, experiments: Collection[str]) -> tuple[Path, ...]:
    """Return the stored checks of deliverables of experiments that contain a run for which a server gave no answer."""
    planned = [plan.compiled.experiments[name] for name in experiments]
    files = (
        plan.lab.deliverable(experiment.id, title)
        for experiment in planned
        for title, deliverable in experiment.deliverables.items()
        if deliverable.spec["type"] in _TRACKED_TYPES
    )
    return tuple(file for file in files if any(_has_no_answer(check) for check in _checks(file)))


def report_unanswered_checks(files: Collection[Path]) -> None:
    """Print a line for a command that writes nothing, because Snakemake does not list these checks."""
    if files:
        count = "1 deliverable was" if len(files) == 1 else f"{len(files)} deliverables were"
        print(f"{count} checked while a tracking server gave no answer; a build asks it again", file=sys.stderr)


def forget_checks(lab: Lab, files: Collection[Path]) -> None:
    """Remove stored checks and the markers of the gates that depend on them. Snakemake then checks the deliverables."""
    for file in files:
        lab.gate(file.parent.parent.name).unlink(missing_ok=True)
        file.unlink(missing_ok=True)


def _checks(file: Path) -> Iterator[Any]:
    try:
        yield from read_json(file)["runs"].values()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return  # a missing or damaged file is written again anyway


def _has_no_answer(check: Any) -> bool:
    tracked = check.get("tracked") if isinstance(check, dict) else None
    return isinstance(tracked, dict) and tracked.get("has_no_answer") is True
