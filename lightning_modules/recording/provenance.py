"""Record the code, package versions and machine of a run. Environment variables can be secret, so none are stored."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

import torch

from compiler.base.redaction import redact_keys
from compiler.plan.planned_run import RunJob

_PACKAGES = ("torch", "lightning", "numpy", "hydra-core", "safetensors")


@dataclass(frozen=True)
class GitState:
    """The checked-out commit of the lab. `dirty` is true if tracked files have uncommitted changes."""

    commit: str
    dirty: bool


@dataclass(frozen=True)
class ResumedFrom:
    """The checkpoint from which a training resumed."""

    epoch: int
    step: int
    exact: bool


@dataclass(frozen=True)
class Provenance:
    """The content of `provenance.json`, collected before the first step. `git` is None outside a repository."""

    run_id: str
    fingerprint: str
    experiments: tuple[str, ...]
    seed: int
    torch_threads: int
    started_at: str
    resumed: ResumedFrom | None
    argv: tuple[str, ...]
    git: GitState | None
    python: str
    packages: Mapping[str, str]
    platform: str
    host: str
    gpu: str | None


def collect_provenance(job: RunJob, root: Path, started_at: datetime, resumed: ResumedFrom | None) -> Provenance:
    """Collect the provenance of a run that starts now. `root` is the folder of the lab."""
    return Provenance(
        run_id=job.run_id,
        fingerprint=job.fingerprint,
        experiments=tuple(job.experiments),
        seed=job.config["seed"],
        torch_threads=job.config["resources"]["cpus"],
        started_at=started_at.isoformat(),
        resumed=resumed,
        argv=tuple(map(redact_keys, sys.argv)),
        git=_git_state(root),
        python=platform.python_version(),
        packages=package_versions(),
        platform=platform.platform(),
        host=platform.node(),
        gpu=torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    )


@cache
def package_versions() -> dict[str, str]:
    """Return the versions of the main packages. Cached, so that processes forked from a server need not read them."""
    return {name: version(name) for name in _PACKAGES}


def _git_state(root: Path) -> GitState | None:
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    return None if commit is None else GitState(commit, dirty=bool(changes))


def _git(root: Path, *arguments: str) -> str | None:
    """Return the output of a git command, or None if git is not installed or the folder is not in a repository."""
    try:
        result = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()
