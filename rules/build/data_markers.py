"""Marker files that represent tracked data in the DAG.

The data are no outputs of a rule, because Snakemake may delete outputs. Two files represent each path. Trainings depend
on the marker, which exists before the data do: Snakemake reruns every job whose input it had to create, even if the
input is `ancient`. Only targets depend on the ready file. It is removed to have the data fetched.
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
    """Have data fetched that are missing, or that were fetched in another version than the plan needs.

    Args:
        versions: version of each tracked path.
    """
    for path, version in versions.items():
        marker, ready = data_marker(lab, path), data_ready(lab, path)
        if not marker.is_file():
            write_text(marker, "")
        if not (lab.root / path).exists() or (ready.is_file() and version not in ready.read_text()):
            ready.unlink(missing_ok=True)
