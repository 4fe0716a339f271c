"""Store a member of an ensemble as a complete run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from compiler.base.identity import training_config
from compiler.base.paths import Lab
from compiler.runs.provenance_parts import Fused
from lightning_modules.fused.members import TrainedMember
from lightning_modules.fused_runs.held_members import HeldMember
from lightning_modules.fused_runs.member_outputs import write_outputs
from lightning_modules.fused_runs.shared_measurements import Ensemble
from lightning_modules.provenance.collect import Provenance, of_member
from lightning_modules.provenance.files import write_record
from lightning_modules.provenance.libraries import loaded_libraries
from lightning_modules.run_store.run_files import copy_log, finish_run, write_config
from lightning_modules.run_store.train_run import status_of
from lightning_modules.tracking.tracker import RunToTrack


@dataclass(frozen=True)
class FinishedEnsemble:
    """What the stored members of an ensemble have in common. `provenance` is that of its first member."""

    ensemble: Ensemble
    fused: Fused
    provenance: Provenance
    started_at: datetime
    log: Path | None


def store_member(
    held: HeldMember, trained: TrainedMember, finished: FinishedEnsemble, lab: Lab, clock: Callable[[], datetime]
) -> None:
    """Write all files of a member, and move them into the run store.

    Raises:
        FailedMember: The member has no complete result.
        Exception: A file could not be written, or another process has acquired the run.
    """
    job, folder, start = held.job, held.folder, time.monotonic()
    write_config(folder, job)
    output = (folder / "output").absolute()
    run = RunToTrack(job.run_id, training_config(job.config), output, job.experiments, job.data)
    write_outputs(trained, run, finished.ensemble)
    copy_log(finished.log, folder)
    ended_at = clock()
    own = of_member(finished.provenance, job)
    record = replace(own.record, ended_at=ended_at.isoformat(), libraries=loaded_libraries(), fused=finished.fused)
    write_record(folder, Provenance(record, own.diff))
    times = (finished.started_at, ended_at, finished.ensemble.share + time.monotonic() - start)
    finish_run(folder, lab, status_of(folder, job.run_id, 1, times, None))
