"""Name the files of the records of reproductions. Imports only the standard library, because Snakemake imports it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from compiler.base.paths import Lab

RECORDS = "reproductions"


def record_folder(lab: Lab) -> Path:
    """Return the folder of the records. It belongs in git."""
    return lab.root / RECORDS


def record_name(at: str, run: str) -> str:
    return f"{at}-{run}.json"


def plain_files(lab: Lab) -> list[Path]:
    """Return the plain files in the folder of the records, sorted. Without the folder, or if it is a link, none."""
    folder = record_folder(lab)
    if folder.is_symlink() or not folder.is_dir():
        return []
    return sorted(file for file in folder.glob("[!.]*.json") if file.is_file() and not file.is_symlink())


def files_of_runs(lab: Lab, runs: Collection[str]) -> list[Path]:
    """Return the plain files whose names are those of records of some runs. Their content is not read."""
    endings = tuple(f"-{run}.json" for run in runs)
    return [file for file in plain_files(lab) if file.name.endswith(endings)]
