"""Find data files of a lab whose content differs from the version that DVC's files record."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.runs.data_versions import TrackedData, tracked_data
from lightning_modules.data.hashes import data_hash


@dataclass(frozen=True)
class EditedData:
    """Data in the lab that do not have their recorded version. `present` is empty if they cannot be read."""

    path: str
    recorded: str
    present: str
    fix: str

    @property
    def line(self) -> str:
        """The path, both hashes, and what to do."""
        present = f"now {self.present}" if self.present else "now it cannot be read"
        text = f"{self.path} differs from its recorded version (recorded md5 {self.recorded}, {present}): {self.fix}"
        return printable_line(text)

    def to_json(self) -> dict[str, str]:
        return {"path": self.path, "recorded": self.recorded, "present": self.present, "fix": self.fix}


def edited_data(lab: Lab, paths: Iterable[str]) -> Iterator[EditedData]:
    """Yield the data that are in the lab with other content than recorded. Every file is read.

    Missing data are no difference, because the next build fetches their recorded version.
    """
    tracked = tracked_data(lab)
    for path in sorted({*paths} & set(tracked)):
        recorded, present = tracked[path].version, _present_version(lab, path)
        if present not in (None, recorded):
            yield EditedData(path, recorded, present or "", _fix(lab, tracked[path]))


def _present_version(lab: Lab, path: str) -> str | None:
    """Return the hash of data, None if they do not exist, and "" if they cannot be read."""
    if not (lab.root / path).exists():
        return None
    try:
        return data_hash(lab.root / path, lab.root)
    except (OSError, ValueError):
        return ""


def _fix(lab: Lab, tracked: TrackedData) -> str:
    path, stage = shlex.quote(tracked.path), shlex.quote(tracked.stage)
    restore = f"delete {path}; the next build gets the recorded version"
    if tracked.root != lab.root.resolve():
        return restore
    if tracked.source:
        return f"run `dvc update {stage}` to get the data from their source, or {restore}"
    if tracked.is_pointer:
        return f"run `dvc add {path}` if the new data are right, or {restore}"
    return f"run `dvc repro {stage}` to make the data again, or {restore}"
