"""Find the files of a search's rounds."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import Lab


def round_files(lab: Lab, experiment_id: str, search: str) -> list[Path]:
    """Return the files of all rounds that exist, and the path of the next round."""
    files = [lab.round(experiment_id, search, 1)]
    while files[-1].is_file():
        files.append(lab.round(experiment_id, search, len(files) + 1))
    return files
