"""Read the runs that a crate describes: their status and their provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from compiler.runs.provenance_record import DamagedProvenance, ProvenanceRecord, read_run_provenance
from compiler.runs.run_status import RunStatus, read_complete_status
from lab.publication.contents.material import Material


@dataclass(frozen=True)
class StoredRun:
    """A run of the experiment. `provenance` is None if its file is missing, damaged, or was changed after the run."""

    id: str
    status: RunStatus
    provenance: ProvenanceRecord | None

    @property
    def started(self) -> str | None:
        return iso_time(self.status.started_at)

    @property
    def ended(self) -> str | None:
        return iso_time(self.status.completed_at)


def stored_runs(material: Material) -> Iterator[StoredRun]:
    """Yield the runs with a complete status, in the order of the experiment."""
    for run in dict.fromkeys(material.experiment.runs):
        status = read_complete_status(material.lab.status(run))
        if status is None:
            continue
        try:
            yield StoredRun(run, status, read_run_provenance(material.lab, run))
        except DamagedProvenance:
            yield StoredRun(run, status, None)


def iso_time(text: str | None) -> str | None:
    """Return a time in UTC with milliseconds, None if the text is no time with an offset."""
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds") if time.tzinfo else None
