"""The files that hold the rounds of a search."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import Lab


def round_files(lab: Lab, experiment_id: str, search: str) -> list[Path]:
    """The rounds that were written, and the next, which was not."""
    files = [lab.round(experiment_id, search, 1)]
    while files[-1].is_file():
        files.append(lab.round(experiment_id, search, len(files) + 1))
    return files
