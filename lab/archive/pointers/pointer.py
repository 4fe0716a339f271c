"""Define pointers: files of DVC that name the content of an archived run or experiment. Write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compiler.base.json_files import write_text
from compiler.base.paths import Lab

SCHEMA_VERSION = 1
WORKING_FOLDER = "../.."  # from a pointer to the lab


@dataclass(frozen=True)
class Out:
    """A file or folder of the lab, and the md5 of its content. The md5 of a folder ends with `.dir`."""

    path: str  # relative to the lab
    md5: str
    size: int  # in bytes, of all files together

    @property
    def is_folder(self) -> bool:
        return self.md5.endswith(".dir")


@dataclass(frozen=True)
class RunPointer:
    """The content of an archived run, and the fingerprint of the code that trained it."""

    run_id: str
    fingerprint: str
    out: Out

    @property
    def outs(self) -> tuple[Out, ...]:
        return (self.out,)

    @property
    def meta(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "fingerprint": self.fingerprint}


@dataclass(frozen=True)
class ExperimentPointer:
    """The files of an archived experiment, and the runs that it rests on."""

    experiment_id: str
    runs: tuple[str, ...]
    outs: tuple[Out, ...]

    @property
    def meta(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "runs": list(self.runs)}


def pointer_file(lab: Lab, pointer: RunPointer | ExperimentPointer) -> Path:
    if isinstance(pointer, RunPointer):
        return lab.run_pointer(pointer.run_id)
    return lab.experiment_pointer(pointer.experiment_id)


def write_pointer(lab: Lab, pointer: RunPointer | ExperimentPointer) -> bool:
    """Write a pointer in the format of DVC. Return whether the file has changed."""
    file = pointer_file(lab, pointer)
    text = pointer_text(pointer.outs, pointer.meta)
    if file.is_file() and file.read_text(encoding="utf-8", errors="replace") == text:
        return False
    write_text(file, text)
    return True


def pointer_text(outs: tuple[Out, ...], meta: Mapping[str, Any]) -> str:
    entries = [{"path": out.path, "hash": "md5", "md5": out.md5, "size": out.size} for out in outs]
    content = {"wdir": WORKING_FOLDER, "outs": entries, "meta": dict(meta)}
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)
