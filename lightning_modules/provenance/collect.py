"""Collect the provenance of a run when its training starts."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import torch

from compiler.base.paths import Lab
from compiler.base.redaction import redact_keys
from compiler.plan.planned_run import RunJob
from compiler.runs.current_code import current_code
from compiler.runs.provenance_parts import DIFF, ENGINE_PREFIX, OUTSIDE_PREFIX, GitState, Python
from compiler.runs.provenance_record import SCHEMA_VERSION, ProvenanceRecord, config_digest
from compiler.runs.resumed_from import ResumedFrom
from lightning_modules.provenance.distributions import distributions, package_versions
from lightning_modules.provenance.environment import recorded_environment
from lightning_modules.provenance.git_state import checkout, limited_git
from lightning_modules.provenance.libraries import loaded_libraries
from lightning_modules.provenance.machine import hardware
from lightning_modules.provenance.snakemake_job import snakemake_job
from lightning_modules.provenance.source_diff import source_diff
from lightning_modules.recording.json_document import json_document


@dataclass(frozen=True)
class Start:
    """How an attempt at a run starts. `resumed` is None if it starts from the beginning."""

    started_at: datetime
    attempt: int
    resumed: ResumedFrom | None = None


@dataclass(frozen=True)
class Provenance:
    """The content of `provenance.json`, and that of `source.diff`, which is empty without uncommitted changes."""

    record: ProvenanceRecord
    diff: bytes


def collect_provenance(job: RunJob, root: Path, start: Start, environ: Mapping[str, str]) -> Provenance:
    """Collect the provenance of an attempt that starts now. `root` is the folder of the lab."""
    installed, machine = distributions(root), hardware()
    source = job.source or _current_source(job, root)
    code = _code(root, [path for path in source if not path.startswith((ENGINE_PREFIX, OUTSIDE_PREFIX))], environ)
    record = ProvenanceRecord(
        schema_version=SCHEMA_VERSION,
        run_id=job.run_id,
        config_sha256=config_digest(json_document({"config": job.config})["config"]),
        fingerprint=job.fingerprint,
        source=dict(source),
        experiments=tuple(job.experiments),
        seed=job.config["seed"],
        torch_threads=job.config["resources"]["cpus"],
        started_at=start.started_at.isoformat(),
        attempt=start.attempt,
        resumed=start.resumed,
        argv=tuple(map(redact_keys, sys.argv)),
        data=dict(job.data),
        git=code.state,
        python=Python(platform.python_version(), platform.python_implementation(), Path(sys.executable).name),
        distributions=installed,
        packages=package_versions(),
        hardware=machine,
        libraries=loaded_libraries(),
        environment=recorded_environment(environ),
        platform=platform.platform(),
        host=platform.node(),
        gpu=machine.gpus[torch.cuda.current_device()].name if machine.gpus else None,
        snakemake=snakemake_job(environ, installed),
        notes=code.notes,
    )
    return Provenance(record, code.diff)


def of_member(provenance: Provenance, job: RunJob) -> Provenance:
    """Return the provenance of another run that the same process trains with the same code and data."""
    record = replace(
        provenance.record,
        run_id=job.run_id,
        config_sha256=config_digest(json_document({"config": job.config})["config"]),
        experiments=tuple(job.experiments),
        seed=job.config["seed"],
    )
    return Provenance(record, provenance.diff)


def _current_source(job: RunJob, root: Path) -> Mapping[str, str]:
    """Return the source files of a run that no training rule started, if they are those of its fingerprint."""
    try:
        code = current_code(Lab(root), job.config)
    except SyntaxError:
        return {}
    return code.source if code.fingerprint == job.fingerprint else {}


@dataclass(frozen=True)
class _Code:
    state: GitState | None
    diff: bytes
    notes: tuple[str, ...]


def _code(root: Path, sources: list[str], environ: Mapping[str, str]) -> _Code:
    """Return the commit of the lab and its uncommitted changes, with the files of a run that git does not track."""
    git = limited_git(root, environ)
    commit = checkout(root, git)
    if commit.state is None:
        return _Code(None, b"", (commit.note,) if commit.note else ())
    diff = source_diff(root, git, sources, commit.state.dirty)
    state = replace(commit.state, diff=DIFF if diff.content else None, diff_is_exact=diff.is_exact)
    return _Code(state, diff.content, diff.notes)
