"""Compute the files that rebuild the environment of an experiment's runs, as each build writes them."""

from __future__ import annotations

from collections.abc import Iterator

from lab.publication.contents.material import Material
from rules.environment.published_hashes import published_hashes
from rules.environment.write_environment import environment_texts, read_environment


def environment_files(material: Material) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file, computed from the runs and not copied from the folder of the experiment."""
    environment = read_environment(material.lab, material.name, material.experiment.runs)
    for name, text in environment_texts(environment, published_hashes()).items():
        yield f"environment/{name}", text.encode()
