"""Read `provenance.json` of a run into typed values. Records of older versions lack fields, which are then empty."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from compiler.base.diagnostics import InputError
from compiler.base.identity import canonical
from compiler.base.json_files import parse_json
from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.runs.provenance_parts import (
    Distribution,
    Fused,
    GitState,
    Hardware,
    Libraries,
    Python,
    RelativePath,
    Sha256,
    SnakemakeJob,
)
from compiler.runs.resumed_from import ResumedFrom
from compiler.runs.run_status import read_complete_status

SCHEMA_VERSION = 2
FILE = "provenance.json"


class DamagedProvenance(InputError):
    """The provenance of a run is missing, damaged, or was changed after the run."""


@dataclass(frozen=True)
class ProvenanceRecord:
    """The content of `provenance.json`.

    `source` has the hash of each file in the fingerprint, independent of line endings. `data` has the version of each
    tracked path, `packages` the versions of the main packages, `environment` the variables that can change results.
    `notes` are sentences about what could not be recorded. `ended_at` is None if the process was killed. `fused` is the
    ensemble of a run that was trained together with others, None if it was trained alone.
    """

    run_id: str
    fingerprint: str
    schema_version: int = 1
    config_sha256: Sha256 | None = None
    source: Mapping[RelativePath, Sha256] = field(default_factory=dict)
    experiments: tuple[str, ...] = ()
    seed: int | None = None
    torch_threads: int | None = None
    started_at: str | None = None
    ended_at: str | None = None
    attempt: int | None = None
    resumed: ResumedFrom | None = None
    argv: tuple[str, ...] = ()
    data: Mapping[RelativePath, str] = field(default_factory=dict)
    git: GitState | None = None
    python: Python | None = None
    distributions: Mapping[str, Distribution] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    hardware: Hardware | None = None
    libraries: Libraries | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None
    host: str | None = None
    gpu: str | None = None
    snakemake: SnakemakeJob | None = None
    notes: tuple[str, ...] = ()
    fused: Fused | None = None


@cache
def _adapter() -> TypeAdapter[ProvenanceRecord]:
    return TypeAdapter(ProvenanceRecord)


def read_provenance(file: Path) -> ProvenanceRecord:
    """Return the content of a provenance file.

    Raises:
        DamagedProvenance: The file is missing, or its content is not a provenance record.
    """
    try:
        return parse_provenance(file.read_bytes(), file)
    except OSError as error:
        raise DamagedProvenance(f"{file}: cannot be read ({error.strerror})") from error


def parse_provenance(content: bytes, file: Path) -> ProvenanceRecord:
    """Return the record in the content of a provenance file. Raises DamagedProvenance."""
    try:
        document = parse_json(content)
    except ValueError as error:
        raise DamagedProvenance(f"{file}: is not JSON ({printable_line(str(error))})") from error
    version = document.get("schema_version", 1) if isinstance(document, dict) else 1
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise DamagedProvenance(
            f"{file}: has schema version {version}, but this Proband reads {SCHEMA_VERSION} (update it)"
        )
    if isinstance(document, dict) and isinstance(document.get("python"), str):  # schema version 1
        document["python"] = {"version": document["python"]}
    try:
        return _adapter().validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "content"
        raise DamagedProvenance(f"{file}: {printable_line(key)}: {printable_line(first['msg'])}") from error


def read_run_provenance(lab: Lab, run_id: str) -> ProvenanceRecord:
    """Return the provenance of a stored run, if it is the file that the run's status recorded.

    Raises:
        DamagedProvenance: The run or the file is missing, belongs to another run, or was changed after the run.
    """
    file, status = lab.run(run_id) / FILE, read_complete_status(lab.status(run_id))
    if status is None:
        raise DamagedProvenance(f"{file.parent}: is not a finished run (build the experiment first)")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DamagedProvenance(f"{file}: cannot be read ({error.strerror})") from error
    recorded = status.artifacts.get(FILE)
    if recorded is None or recorded.sha256 != hashlib.sha256(content).hexdigest():
        raise DamagedProvenance(f"{file}: was changed after the run (restore the file, or train the run again)")
    record = parse_provenance(content, file)
    if record.run_id != run_id:
        raise DamagedProvenance(f"{file}: belongs to run {printable_line(record.run_id)}")
    return record


def config_digest(config: Mapping[str, Any]) -> str:
    """Return `config_sha256`: the sha256 of the canonical JSON of a config as `config.json` has it."""
    return hashlib.sha256(canonical(config)).hexdigest()
