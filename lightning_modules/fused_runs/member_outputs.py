"""Write the outputs of a member of an ensemble: the same files as a training of its own writes."""

from __future__ import annotations

import shutil

from compiler.base.json_files import write_json
from compiler.tracking.choice import tracking_mode
from compiler.tracking.record import RECORD
from lightning_modules.fused.members import TrainedMember
from lightning_modules.fused_runs.shared_measurements import Ensemble
from lightning_modules.recording.csv_logger import HistoryLogger
from lightning_modules.recording.history import write_history
from lightning_modules.recording.json_document import json_document
from lightning_modules.recording.system_metrics import SystemMetrics
from lightning_modules.tracking.replay import write_log
from lightning_modules.tracking.report_problem import ProblemReport
from lightning_modules.tracking.tracker import RunToTrack
from lightning_modules.training.final_outputs import kept_metrics, write_model
from lightning_modules.training.recorded_outputs import writing_outputs
from lightning_modules.training.recorded_training import write_evidence


class FailedMember(Exception):
    """The training of a member failed, so the run is trained alone, and its failure is recorded."""


def write_outputs(member: TrainedMember, run: RunToTrack, ensemble: Ensemble) -> None:
    """Write all outputs of a member below the output folder of its run.

    Raises:
        FailedMember: The member has no complete result.
        OutputsNotWritten: An output could not be written.
    """
    if member.result is None or member.error is not None:
        raise FailedMember(f"run {run.run_id}: {member.error}")
    output = run.output
    output.mkdir()
    with writing_outputs():
        _write_history(member, run)
        write_json(output / "system_metrics.json", json_document(ensemble.system_metrics(member)))
    samples = SystemMetrics()
    samples.test_samples = member.test_samples
    with kept_metrics(output, samples) as kept:
        kept.keep(member.result)
        not_written = write_model(member.result, member.sampled_rows, output)
    with writing_outputs():
        write_evidence(member.result, member.items, run, not_written)
    _track(run)


def _write_history(member: TrainedMember, run: RunToTrack) -> None:
    folder = run.output / ".history"
    logger = HistoryLogger(folder)
    for row in member.rows:
        logger.log_metrics(row.metrics, row.step)
    write_history(logger.flush(), run.output / "history.csv")
    shutil.rmtree(folder, ignore_errors=True)


def _track(run: RunToTrack) -> None:
    """Write the log of the tracker. A problem is recorded, and does not affect the run."""
    if (mode := tracking_mode(run.config)) == "disabled":
        return
    try:
        record = write_log(run)
        write_json(run.folder / RECORD, record.to_json())
    except Exception as error:
        ProblemReport(run, mode).add("finish", error, log_complete=False)
