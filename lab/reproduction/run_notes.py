"""Return what a reader must know about a recorded run and the machine of its repetition."""

from __future__ import annotations

import os
from collections.abc import Iterator

from compiler.base.nested import leaves
from compiler.base.paths import Lab
from compiler.reproduction.reproduction import Difference, Machine
from compiler.runs.provenance_record import ProvenanceRecord
from lab.reproduction.recorded_run import RecordedRun


def untracked_data(lab: Lab, run: RecordedRun) -> Iterator[Difference]:
    """Yield the files that the config names and DVC does not track, so that their recorded versions are unknown."""
    for text in dict.fromkeys(value for _, value in leaves(run.config) if isinstance(value, str) and value):
        is_tracked = any(text == path or text.startswith(f"{path}/") for path in run.data)
        if not is_tracked and os.path.isfile(lab.root / text):  # also false for a text that cannot be a path
            yield Difference("data", f"{text} is not tracked by DVC, so its recorded version is unknown")


def resumed_note(run: RecordedRun) -> Iterator[str]:
    resumed = run.provenance.resumed
    if resumed:
        exactly = "" if resumed.exact else ", in the middle of an epoch"
        yield (
            f"the recorded training was resumed at epoch {resumed.epoch}, step {resumed.step}{exactly};"
            " the repeated one was not interrupted"
        )


def fused_note(run: RecordedRun) -> Iterator[str]:
    fused = run.provenance.fused
    if fused:
        yield (
            f"the recorded run was trained together with {len(fused.members) - 1} others, and the repeated one alone;"
            f" the proof of the ensemble accepts differences of predictions up to {fused.proof.tolerance:g}"
        )


def machine_of(record: ProvenanceRecord | None) -> Machine | None:
    if record is None:
        return None
    hardware = record.hardware
    gpus = tuple(gpu.name for gpu in hardware.gpus) if hardware else tuple(filter(None, (record.gpu,)))
    return Machine((hardware.cpu if hardware else None) or "", gpus, record.platform or "")
