"""List the files of an experiment that are archived with DVC: all that git does not store already."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from compiler.base.git import Git
from compiler.base.paths import Lab


def experiment_paths(lab: Lab, experiment_id: str, in_git: Collection[str]) -> list[str]:
    """Return files and folders, relative to the lab, which together are the experiment.

    The links to runs are left out, because runs are archived on their own. A folder with links or with files in git is
    replaced by its other files.
    """
    folder, sweep = lab.experiment(experiment_id), lab.sweep(experiment_id)
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    selected = [entry for entry in entries if entry.name != "runs" and not entry.name.startswith(".")]
    paths = (path for entry in (*selected, sweep) for path in _paths(entry, lab.root, in_git))
    return [path.relative_to(lab.root).as_posix() for path in paths]


def paths_in_git(git: Git) -> frozenset[str]:
    """Return the files below `results/experiments/` and `results/sweeps/` that git tracks, relative to the lab."""
    listed = git("ls-files", "-z", "--", "results/experiments", "results/sweeps") or b""
    return frozenset(name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name)


def _paths(entry: Path, root: Path, in_git: Collection[str]) -> Iterator[Path]:
    if entry.is_symlink():
        return
    if entry.is_file() and entry.relative_to(root).as_posix() not in in_git:
        yield entry
    elif entry.is_dir():
        files = sorted(path for path in entry.rglob("*") if path.is_symlink() or not path.is_dir())
        is_plain = all(not file.is_symlink() and file.relative_to(root).as_posix() not in in_git for file in files)
        if files and is_plain:
            yield entry
        elif files:
            yield from (path for file in files for path in _paths(file, root, in_git))
