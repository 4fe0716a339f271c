"""Where a run came from: code, versions, machine. No environment variables, which may hold secrets."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

_PACKAGES = ("torch", "lightning", "numpy", "hydra-core", "safetensors")


def provenance(
    job: Mapping[str, Any], root: Path, started_at: datetime, resumed: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What is known before the first step. `git` is of the lab, and null outside a repository."""
    return {
        "run_id": job["run_id"],
        "fingerprint": job["fingerprint"],
        "experiments": list(job["experiments"]),
        "seed": job["config"]["seed"],
        "torch_threads": job["config"]["resources"]["cpus"],
        "started_at": started_at.isoformat(),
        "resumed": resumed,
        "argv": sys.argv,
        "git": _git_state(root),
        "python": platform.python_version(),
        "packages": package_versions(),
        "platform": platform.platform(),
        "host": platform.node(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


@cache
def package_versions() -> dict[str, str]:
    """Looked up once in a process, and then by none of those forked from it."""
    return {name: version(name) for name in _PACKAGES}


def _git_state(root: Path) -> dict[str, Any] | None:
    commit = _git(root, "rev-parse", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    return None if commit is None else {"commit": commit, "dirty": bool(changes)}


def _git(root: Path, *arguments: str) -> str | None:
    """What git answers, or None where it is not installed or knows no repository."""
    try:
        answer = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()
