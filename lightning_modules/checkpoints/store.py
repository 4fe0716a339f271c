"""Store the checkpoint of a long training, from which the next attempt resumes.

The store is a folder next to the partial run, which is deleted when an attempt fails. Each checkpoint is a separate
file, and `checkpoint.json` names the valid one. That file is replaced atomically, so a process that dies at any moment
leaves either the previous checkpoint or the new one.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError

import torch

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import parse_json, write_json
from compiler.runs.resumed_from import ResumedFrom
from lightning_modules.recording.json_document import json_document

_INDEX = "checkpoint.json"
_TEMPORARY = "unfinished.ckpt"


@dataclass(frozen=True)
class SavedCheckpoint:
    """A checkpoint file. `epoch` and `step` are the numbers of epochs and steps before it.

    `exact` is true if a training that resumes from it gives the same numbers as an uninterrupted one.
    """

    file: str
    sha256: str
    epoch: int
    step: int
    at_epoch_end: bool
    exact: bool


@dataclass(frozen=True)
class CheckpointStore:
    """The checkpoints of one run. `last` is the one to resume from, None if there is none."""

    folder: Path
    run_id: str
    fingerprint: str
    last: SavedCheckpoint | None = None

    @property
    def path(self) -> Path | None:
        return self.folder / self.last.file if self.last else None

    @property
    def resumed_from(self) -> ResumedFrom | None:
        return ResumedFrom(self.last.epoch, self.last.step, self.last.exact) if self.last else None

    @property
    def temporary_path(self) -> Path:
        """The path at which the next checkpoint is written. Creates the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / _TEMPORARY

    def commit(self, epoch: int, step: int, at_epoch_end: bool, exact: bool, kept: Path | None = None) -> None:
        """Make the file at the temporary path the valid checkpoint, and delete older ones.

        `kept` is a folder of checkpoints that callbacks keep for the run. A copy belongs to the valid checkpoint,
        because an attempt that fails deletes the outputs of the run.
        """
        saved = SavedCheckpoint(f"{step}.ckpt", sha256_of_file(self.temporary_path), epoch, step, at_epoch_end, exact)
        kept_copy = self._kept_copy(saved.file)
        if kept is not None and kept.is_dir():
            shutil.rmtree(kept_copy, ignore_errors=True)
            shutil.copytree(kept, kept_copy, copy_function=link_or_copy)
        os.replace(self.temporary_path, self.folder / saved.file)
        origin = {"run_id": self.run_id, "fingerprint": self.fingerprint}
        write_json(self.folder / _INDEX, json_document({**origin, **asdict(saved)}))
        for file in self.folder.iterdir():
            if file.name not in (_INDEX, saved.file, kept_copy.name):
                shutil.rmtree(file) if file.is_dir() else file.unlink()

    def restore_kept(self, folder: Path) -> None:
        """Copy the checkpoints that callbacks had kept when `last` was saved back to their folder."""
        if self.last is not None and (kept_copy := self._kept_copy(self.last.file)).is_dir():
            shutil.copytree(kept_copy, folder, copy_function=link_or_copy)

    def _kept_copy(self, file: str) -> Path:
        return self.folder / f"{file}.kept"


def link_or_copy(source: str, target: str) -> None:
    """Give a file another path, without a copy if the file system allows it. Checkpoint files are never changed."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def open_store(folder: Path, run_id: str, fingerprint: str) -> CheckpointStore:
    """Open the checkpoints of a run. Delete them, and print why, if the training cannot resume from them."""
    if not folder.exists():
        return CheckpointStore(folder, run_id, fingerprint)
    try:
        return CheckpointStore(folder, run_id, fingerprint, _load_valid(folder, run_id, fingerprint))
    except _UnusableCheckpoint as reason:
        print(f"checkpoint {folder} removed: {reason}; training starts from the beginning", file=sys.stderr)
        shutil.rmtree(folder)
        return CheckpointStore(folder, run_id, fingerprint)


class _UnusableCheckpoint(Exception):
    """The training cannot resume from the checkpoint. The message gives the reason."""


def _load_valid(folder: Path, run_id: str, fingerprint: str) -> SavedCheckpoint:
    try:
        index = parse_json((folder / _INDEX).read_text(encoding="utf-8"))
        saved = SavedCheckpoint(**{name: index[name] for name in SavedCheckpoint.__dataclass_fields__})
        origin = (index["run_id"], index["fingerprint"])
        is_intact = sha256_of_file(folder / saved.file) == saved.sha256
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _UnusableCheckpoint("it is incomplete or damaged") from error
    if origin != (run_id, fingerprint):
        raise _UnusableCheckpoint("it was written by different code")
    if not is_intact:
        raise _UnusableCheckpoint("it is damaged")
    _check_loadable(folder / saved.file)
    return saved


def _check_loadable(path: Path) -> None:
    """Check that the file loads without unpickling, because unpickling can run code."""
    try:
        torch.load(path, map_location="cpu", mmap=True, weights_only=True)
    except (UnpicklingError, RuntimeError) as error:
        raise _UnusableCheckpoint("it contains objects other than tensors and plain values") from error
