"""Describe the final model and the data of a run as W&B artifacts.

Paths of files are relative to the folder of the run, because the folder is moved after the training. `wandb sync` finds
the files if it runs in the folder of the run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.file_hash import sha256_of_file
from compiler.tracking.record import LoggedArtifact

MODEL_FOLDER = "final_model"
_MAX_NAME = 100


def model_artifact(run_id: str, folder: Path, relative_to: Path | None) -> Any | None:
    """Return the artifact of a model folder, None if there is no model. Files are not copied."""
    import wandb

    files = model_files(folder)
    if not files:
        return None
    artifact = wandb.Artifact(f"model-{run_id}", "model")
    for file in files:
        name = file.relative_to(folder).as_posix()
        entry = artifact.add_file(str(file), name=name, policy="immutable", skip_cache=True)
        if relative_to is not None:
            entry.local_path = os.path.relpath(file, relative_to)
    return artifact


def data_artifact(data: Mapping[str, str]) -> Any | None:
    """Return a reference to data, None if there are none. The digest of each path is the version of the data."""
    import wandb
    from wandb.sdk.artifacts.artifact_manifest_entry import ArtifactManifestEntry
    from wandb.sdk.lib.paths import LogicalPath

    if not data:
        return None
    artifact = wandb.Artifact(data_name(data), "dataset")
    for path, version in sorted(data.items()):
        entry = ArtifactManifestEntry(
            path=LogicalPath(path), ref=f"dvc:{path}?version={version}", digest=version, size=0
        )
        artifact.manifest.add_entry(entry)
    return artifact


def data_name(data: Mapping[str, str]) -> str:
    """Return a name for data, which every run with the same paths uses."""
    paths = sorted(data)
    others = f"-and-{len(paths) - 1}-more" if paths[1:] else ""
    return f"data-{re.sub(r'[^A-Za-z0-9_.-]+', '-', paths[0])[:_MAX_NAME]}{others}"


def model_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def model_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a model by its path in the folder."""
    return {file.relative_to(folder).as_posix(): sha256_of_file(file) for file in model_files(folder)}


def logged_model(artifact: Any, folder: Path) -> LoggedArtifact:
    return LoggedArtifact(artifact.name.partition(":")[0], "model", artifact.digest, model_hashes(folder))


def logged_data(artifact: Any, data: Mapping[str, str]) -> LoggedArtifact:
    return LoggedArtifact(artifact.name.partition(":")[0], "dataset", artifact.digest, dict(data))
