"""What a long training leaves so that the next attempt at it can go on from there.

It lies beside the partial run, which is thrown away when an attempt fails. Each checkpoint is a file of its own;
`checkpoint.json` names the one that counts and is replaced as a whole, so that a process that dies at any instant
leaves the checkpoint before, or the new one.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from compiler.base.file_hash import sha256_of_file
from lightning_modules.recording.json_output import write_json

_INDEX = "checkpoint.json"
_ASIDE = "unfinished.ckpt"


@dataclass(frozen=True)
class Saved:
    """One checkpoint. `epoch` and `step` count what was trained; `exact` says whether a training that goes on from it
    comes to the same numbers as one that was never disturbed."""

    file: str
    sha256: str
    epoch: int
    step: int
    at_epoch_end: bool
    exact: bool


@dataclass(frozen=True)
class Checkpoint:
    """The place of one run's checkpoints, and the one to go on from, if there is one."""

    folder: Path
    run_id: str
    fingerprint: str
    last: Saved | None = None

    @property
    def path(self) -> Path | None:
        return self.folder / self.last.file if self.last else None

    @property
    def resumed(self) -> dict[str, Any] | None:
        """What the provenance of a run says of it."""
        return {key: getattr(self.last, key) for key in ("epoch", "step", "exact")} if self.last else None

    @property
    def aside(self) -> Path:
        """Where the next one is written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / _ASIDE

    def keep(self, epoch: int, step: int, at_epoch_end: bool, exact: bool) -> None:
        """Makes what was written aside the checkpoint that counts, and removes the ones before."""
        saved = Saved(f"{step}.ckpt", sha256_of_file(self.aside), epoch, step, at_epoch_end, exact)
        os.replace(self.aside, self.folder / saved.file)
        origin = {"run_id": self.run_id, "fingerprint": self.fingerprint}
        write_json(self.folder / _INDEX, {**origin, **asdict(saved)})
        for other in self.folder.iterdir():
            if other.name not in (_INDEX, saved.file):
                other.unlink()


def opened(folder: Path, run_id: str, fingerprint: str) -> Checkpoint:
    """The place for a run of this code. A checkpoint that cannot be gone on from is told of and removed."""
    if not folder.exists():
        return Checkpoint(folder, run_id, fingerprint)
    try:
        return Checkpoint(folder, run_id, fingerprint, _usable(folder, run_id, fingerprint))
    except _Unusable as reason:
        print(f"{folder}: not resumed from, {reason}", file=sys.stderr)
        shutil.rmtree(folder)
        return Checkpoint(folder, run_id, fingerprint)


class _Unusable(Exception):
    """Why a checkpoint is of no use."""


def _usable(folder: Path, run_id: str, fingerprint: str) -> Saved:
    try:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        saved = Saved(**{name: index[name] for name in Saved.__dataclass_fields__})
        origin = (index["run_id"], index["fingerprint"])
        intact = sha256_of_file(folder / saved.file) == saved.sha256
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _Unusable("it is incomplete or damaged") from error
    if origin != (run_id, fingerprint):
        raise _Unusable("it is of other code")
    if not intact:
        raise _Unusable("it is damaged")
    _check_loadable(folder / saved.file)
    return saved


def _check_loadable(path: Path) -> None:
    """A model may put objects into its checkpoints that only unpickling brings back, and nothing is unpickled here."""
    try:
        torch.load(path, map_location="cpu", mmap=True, weights_only=True)
    except (UnpicklingError, RuntimeError) as error:
        raise _Unusable("it holds more than tensors and plain values") from error
