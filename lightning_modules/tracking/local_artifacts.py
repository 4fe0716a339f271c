"""Describe the final model and the data of a run for a tracker that stores no files: by their digests."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from compiler.base.identity import canonical
from compiler.tracking.record import LoggedArtifact
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.tracking.wandb_artifacts import MODEL_FOLDER, data_name, model_hashes


def run_artifacts(run: RunToTrack) -> tuple[LoggedArtifact, ...]:
    """Return the data, if there are any, and the final model, if there is one."""
    files = model_hashes(run.output / MODEL_FOLDER)
    data = LoggedArtifact(data_name(run.data), "dataset", files_digest(run.data), dict(run.data)) if run.data else None
    model = LoggedArtifact(f"model-{run.run_id}", "model", files_digest(files), files) if files else None
    return tuple(artifact for artifact in (data, model) if artifact is not None)


def files_digest(files: Mapping[str, str]) -> str:
    """Return the digest of an artifact: the SHA-256 of the hashes of its files as canonical JSON."""
    return sha256(canonical(dict(files))).hexdigest()
