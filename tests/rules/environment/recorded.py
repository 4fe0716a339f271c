"""Make records of provenance for tests of an experiment's environment."""

from __future__ import annotations

from typing import Any

from compiler.runs.provenance_parts import Distribution, Python
from compiler.runs.provenance_record import ProvenanceRecord
from rules.environment.published_hashes import PublishedHashes
from rules.environment.recorded_environment import experiment_environment
from rules.environment.write_environment import environment_texts

HASH, OTHER_HASH = "1" * 64, "2" * 64
PYTHON = Python("3.11.7", "CPython")


def record(*, python: Python | None = PYTHON, **distributions: Any) -> ProvenanceRecord:
    """Return the record of a run. A distribution is a version, or a Distribution."""
    installed = {
        name: Distribution(value) if isinstance(value, str) else value for name, value in distributions.items()
    }
    platform = "Linux-6.1-x86_64-with-glibc2.36"
    return ProvenanceRecord("a" * 12, "f" * 64, 2, python=python, distributions=installed, platform=platform)


def texts(*records: ProvenanceRecord, published: dict[str, str] | None = None, **unknown: str) -> dict[str, str]:
    """Return the files of the environment of runs `a`, `b`, … `published` maps `name==version` to a hash."""
    runs = dict(zip("abcdef", records, strict=False))
    hashes = {tuple(pin.split("==")): (value,) for pin, value in (published or {}).items()}
    return environment_texts(experiment_environment("study", runs, unknown), PublishedHashes(hashes))  # type: ignore[arg-type]
