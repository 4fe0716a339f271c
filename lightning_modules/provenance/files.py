"""Write `provenance.json` and `source.diff` when a training starts, and complete them when it ends."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from compiler.base.json_files import readable_object, write_bytes, write_json
from compiler.plan.planned_run import RunJob
from compiler.runs.provenance_parts import DIFF
from compiler.runs.provenance_record import FILE
from lightning_modules.provenance.collect import Provenance, Start, collect_provenance
from lightning_modules.provenance.libraries import loaded_libraries

_CLOCK = "ended_at: is before started_at, because the clock was set back during the training"


def write_provenance(folder: Path, job: RunJob, lab_root: Path, start: Start) -> None:
    """Write the provenance of a training that starts now, so that a crash leaves it behind."""
    write_record(folder, collect_provenance(job, lab_root, start, os.environ))


def write_record(folder: Path, provenance: Provenance) -> None:
    """Write a collected provenance."""
    if provenance.diff:
        write_bytes(folder / DIFF, provenance.diff)
    write_json(folder / FILE, asdict(provenance.record))


def complete_provenance(folder: Path, ended_at: datetime) -> None:
    """Add the end of the training, and the libraries with the numbers of threads that it used.

    A file that is missing or damaged stays so. The reader of the record reports it.
    """
    if content := readable_object(folder / FILE):
        end = {"ended_at": ended_at.isoformat(), "libraries": asdict(loaded_libraries())}
        if ended_at.isoformat() < str(content.get("started_at")):
            end["notes"] = [*content.get("notes", ()), _CLOCK]
        write_json(folder / FILE, content | end)
