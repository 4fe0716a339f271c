"""Maintain the marker files that represent tracked data in the DAG.

The data are not outputs of a rule, because Snakemake may delete outputs. Two files represent each path. Trainings
depend on the marker. It is created before the data are fetched, because Snakemake reruns every job whose input it had
to create, even if the input is `ancient`. Only targets depend on the ready file. The data are fetched if this file is
missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from compiler.base.identity import digest
from compiler.base.json_files import write_text
from compiler.base.paths import Lab


def data_marker(lab: Lab, path: str) -> Path:
    return lab.state / "data" / f"{digest(path)}.json"


def data_ready(lab: Lab, path: str) -> Path:
    return data_marker(lab, path).with_suffix(".ready")


def request_data(lab: Lab, versions: Mapping[str, str]) -> None:
    """Remove the ready files of data that are missing or have another version than the plan, so that they are fetched.

    Args:
        versions: version of each tracked path.
    """
    for path, version in versions.items():
        marker, ready = data_marker(lab, path), data_ready(lab, path)
        if not marker.is_file():
            write_text(marker, "")
        if not (lab.root / path).exists() or (ready.is_file() and version not in ready.read_text()):
            ready.unlink(missing_ok=True)
