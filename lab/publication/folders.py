"""Name the files of a publication in the folder of its experiment."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import Lab


def publication_folder(lab: Lab, experiment: str) -> Path:
    return lab.experiment(experiment) / "publication"


def package_folder(lab: Lab, experiment: str) -> Path:
    """The package: a candidate until a person has approved it."""
    return publication_folder(lab, experiment) / "package"


def archive_file(lab: Lab, experiment: str) -> Path:
    """The archive of the approved package. It exists only while the gate of the publication is open."""
    return publication_folder(lab, experiment) / f"{experiment}.zip"
