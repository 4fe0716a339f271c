"""Build distributions of Proband with setuptools, in a temporary copy of the source tree.

In the source tree the packages of the engine are top-level folders. In a wheel they are inside `proband/engine`,
because other distributions and labs use names such as `agents` and `rules` too. Nothing is written to the source tree,
except by an editable installation. A distribution that is built in a checkout of git names its commit in
`proband/built_from.json`, so that an installation without the repository can be traced to it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import build_editable, get_requires_for_build_editable, prepare_metadata_for_build_editable

__all__ = ["build_editable", "build_sdist", "build_wheel", "get_requires_for_build_editable"]
__all__ += ["get_requires_for_build_sdist", "get_requires_for_build_wheel", "prepare_metadata_for_build_editable"]

ENGINE_FOLDERS = ("agents", "compiler", "conf", "docs", "lab", "lightning_modules", "profiles", "rules")
LOCK_FILES = ("requirements.lock", "requirements-cpu.lock", "requirements-cuda.lock")
ENGINE_FILES = ("Snakefile", "dvc.lock", "dvc.yaml", *LOCK_FILES)
TOP_LEVEL = ("README.md", "hydra_plugins", "proband", "pyproject.toml")
BUILT_FROM = "proband/built_from.json"
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*_cache")


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:  # noqa: ARG001  (PEP 517's signature)
    return []


def get_requires_for_build_sdist(config_settings: Any = None) -> list[str]:  # noqa: ARG001
    return []


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:  # noqa: ARG001
    """Write a wheel with the engine in `proband/engine`, and return its file name."""
    return _built(_lay_out_wheel, lambda: build_meta.build_wheel(os.path.abspath(wheel_directory), config_settings))


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """Write an archive of the source tree from which a wheel can be built, and return its file name."""
    return _built(_lay_out_sdist, lambda: build_meta.build_sdist(os.path.abspath(sdist_directory), config_settings))


def _built(lay_out: Callable[[Path, Path], None], build: Callable[[], str]) -> str:
    source = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        lay_out(source, Path(folder))
        with _working_directory(folder):
            return build()


def _lay_out_wheel(source: Path, target: Path) -> None:
    for name in TOP_LEVEL:
        _copy(source / name, target / name)
    for name in (*ENGINE_FOLDERS, *ENGINE_FILES):
        _copy(source / name, target / "proband/engine" / name)
    _write_commit(source, target)


def _lay_out_sdist(source: Path, target: Path) -> None:
    names = (*TOP_LEVEL, *ENGINE_FOLDERS, *ENGINE_FILES, "build_backend")
    for name in names:
        _copy(source / name, target / name)
    _write_commit(source, target)
    lines = [f"graft {name}" if (source / name).is_dir() else f"include {name}" for name in names]
    (target / "MANIFEST.in").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_commit(source: Path, target: Path) -> None:
    """Write the checked-out commit. The source tree of a source distribution has the file already, and no repository.

    A source tree inside another repository is not a checkout of Proband, so that commit is not written.
    """
    top = _git(source, "rev-parse", "--show-toplevel")
    commit = _git(source, "rev-parse", "--verify", "HEAD")
    changes = _git(source, "status", "--porcelain", "--untracked-files=no")
    if top is None or commit is None or changes is None or not os.path.samefile(top, source):
        return
    content = {"commit": commit, "local_changes": bool(changes)}
    (target / BUILT_FROM).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _git(folder: Path, *arguments: str) -> str | None:
    """Return the output of git, None if it fails or is not installed. The repository may not start a program."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", *arguments]
    try:
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=_NOT_COPIED)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


@contextmanager
def _working_directory(folder: str) -> Iterator[None]:
    previous = os.getcwd()
    os.chdir(folder)  # setuptools builds the project in the working directory
    try:
        yield
    finally:
        os.chdir(previous)
