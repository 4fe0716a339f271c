"""Compare a repeated answer of a server with the stored one, without the time at which the server was asked."""

from __future__ import annotations

from dataclasses import replace

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.results.checked_deliverable import CheckedDeliverable, read_checked_deliverable


def keep_time_of_check(stored: Lab, scratch: Lab, experiment: str, title: str) -> None:
    """Give a repeated check of a deliverable the times of the stored one, if nothing else differs."""
    file = scratch.deliverable(experiment, title)
    try:
        before, repeated = (
            read_checked_deliverable(stored.deliverable(experiment, title)),
            read_checked_deliverable(file),
        )
    except (FileNotFoundError, ValueError):
        return
    if before != repeated and _without_times(before) == _without_times(repeated):
        write_json(file, before.to_json())


def _without_times(deliverable: CheckedDeliverable) -> CheckedDeliverable:
    checks = {
        run_id: replace(check, tracked=replace(check.tracked, checked_at=None) if check.tracked else None)
        for run_id, check in deliverable.runs.items()
    }
    return replace(deliverable, runs=checks)
