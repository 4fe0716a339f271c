"""Find what can be deleted in a lab, and the runs that are kept although no experiment plans them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from compiler.base.diagnostics import InputError
from compiler.base.lease import find_writer, read_lease
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.run_table.read_rows import points_by_run, stored_runs
from compiler.run_table.render_run import size_text
from compiler.runs.run_id_pattern import RUN_ID
from lab.cleanup.checkpoints import CheckpointKind, planned_checkpoint
from lab.cleanup.named_runs import named_runs, runs_in_configs

Kind = Literal["orphan run", "unfinished run", "checkpoint", "cache"] | CheckpointKind
_CHECKPOINT = ".checkpoint"
_RESUMES = "the next build resumes its failed training from a checkpoint of {size} (--checkpoints lists it, too)"


class NotCollectable(InputError):
    """It is unknown which runs the lab needs, so nothing may be deleted."""


@dataclass(frozen=True)
class Garbage:
    """A file or folder that nothing needs. `run` is its run, None for a cache."""

    kind: Kind
    path: Path
    size: int
    run: str | None = None

    def to_json(self, lab: Lab) -> dict[str, Any]:
        path = self.path.relative_to(lab.root).as_posix()
        return {"kind": self.kind, "path": path, "size": self.size, "run": self.run}


@dataclass(frozen=True)
class Collection:
    """What can be deleted, and the runs of which something is kept, each with the reason."""

    garbage: tuple[Garbage, ...]
    kept: Mapping[str, str]

    @property
    def size(self) -> int:
        return sum(item.size for item in self.garbage)


def find_garbage(lab: Lab, plan: Plan, *, resumable: bool = False) -> Collection:
    """Return what can be deleted. Nothing is changed.

    Args:
        resumable: whether checkpoints from which the next build would resume a failed training can be deleted.

    Raises:
        NotCollectable: A spec does not compile, or the lab has no experiment.
        DamagedChain: The registrations cannot be read.
        InputError: A file that may name runs cannot be read.
    """
    if plan.broken:
        names = ", ".join(sorted(plan.broken))
        raise NotCollectable(f"{names}: does not compile, so it is unknown which runs it needs; nothing was deleted")
    if not any(experiment.is_own for experiment in plan.experiments.values()) and stored_runs(lab):
        raise NotCollectable(f"{lab.conf}: has no experiment, so every run would be an orphan; nothing was deleted")
    planned = points_by_run(lab, plan)
    unplanned = [run for run in _runs_with_files(lab) if run not in planned]
    named = named_runs(lab, unplanned)
    named |= runs_in_configs(lab, [*planned, *named], unplanned)
    kept = {run: f"named by {file}" for run, file in named.items()}
    kept |= {run: reason for run in unplanned if run not in kept and (reason := _protection(lab, run))}
    unneeded = [run for run in unplanned if run not in kept]
    kept = {run: kept[run] for run in unplanned if run in kept and lab.run(run).exists()}
    checkpoints = list(_checkpoints(lab, planned))
    if not resumable:
        failed = [item for item in checkpoints if item.kind == "checkpoint of a failed run"]
        kept |= {str(item.run): _RESUMES.format(size=size_text(item.size)) for item in failed}
        checkpoints = [item for item in checkpoints if item not in failed]
    return Collection((*_runs(lab, unneeded), *_unfinished(lab, planned), *checkpoints, *_caches(lab, plan)), kept)


def size_of(path: Path) -> int:
    """Return the bytes of a file or of all files in a folder. Links are not followed."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    return sum(Path(root, name).lstat().st_size for root, _, files in os.walk(path) for name in files)


def _runs_with_files(lab: Lab) -> list[str]:
    checkpoints = {file.name.removesuffix(_CHECKPOINT) for file in _entries(lab.partial_run("")) if file.is_dir()}
    return sorted({*stored_runs(lab), *(name for name in checkpoints if RUN_ID.fullmatch(name))})


def _protection(lab: Lab, run: str) -> str:
    """Return why files of an unneeded run must stay, "" if they may be deleted."""
    folder, partial = lab.run(run), lab.partial_run(run)
    if folder.is_symlink() or partial.is_symlink():
        return "is a link (delete it by hand)"
    if (writer := find_writer(partial)) is not None:
        return f"is being trained by process {writer.pid} on {writer.host}"
    lease = read_lease(partial)
    return f"may be in training on {lease.host} (delete it by hand)" if lease and not lease.is_local else ""


def _runs(lab: Lab, runs: list[str]) -> Iterator[Garbage]:
    """Yield the folders of runs that nothing needs: the run, and what is left of unfinished trainings."""
    for run in runs:
        kinds: tuple[tuple[Kind, Path], ...] = (
            ("orphan run", lab.run(run)),
            ("unfinished run", lab.partial_run(run)),
            ("checkpoint", lab.checkpoint(run)),
        )
        yield from (Garbage(kind, path, size_of(path), run) for kind, path in kinds if path.is_dir())


def _unfinished(lab: Lab, planned: Mapping[str, Any]) -> Iterator[Garbage]:
    """Yield folders of killed trainings of planned runs. The next attempt would remove them. Checkpoints are kept."""
    for run in planned:
        folder = lab.partial_run(run)
        is_complete = (folder / lab.status(run).name).is_file()  # the next build moves it to the run store
        if folder.is_dir() and not is_complete and not _protection(lab, run):
            yield Garbage("unfinished run", folder, size_of(folder), run)


def _checkpoints(lab: Lab, planned: Mapping[str, Any]) -> Iterator[Garbage]:
    """Yield checkpoints of planned runs that finished or failed. Those of interrupted trainings are kept."""
    for run in planned:
        if (kind := planned_checkpoint(lab, run)) is not None and not _protection(lab, run):
            yield Garbage(kind, lab.checkpoint(run), size_of(lab.checkpoint(run)), run)


def _caches(lab: Lab, plan: Plan) -> Iterator[Garbage]:
    """Yield check results, plans of builds with overrides, configs of other plans, and output of Hydra's sweeps."""
    state = lab.state
    paths = [state / "cache", state / "multirun", *sorted(state.glob("plan-*"))]
    paths += [file for file in _entries(state / "runs") if file.suffix == ".json" and file.stem not in plan.runs]
    paths += [
        folder for folder in _entries(lab.deleted_run("").parent) if folder.is_dir()
    ]  # of an interrupted deletion
    yield from (Garbage("cache", path, size_of(path)) for path in paths if path.exists() and not path.is_symlink())


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
