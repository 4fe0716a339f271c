"""Reproduce one run: check its record, train it again from the record, and compare the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import Lab
from compiler.reproduction.reproduction import Difference, Reproduction, timestamp
from lab.reproduction.compare_trainings import Options, compare_trainings
from lab.reproduction.outcome import Outcome
from lab.reproduction.rebuild.recorded_code import CodeGone, code_of_run
from lab.reproduction.rebuild.recorded_data import DataGone, place_data
from lab.reproduction.rebuild.scratch import copy_lab, scratch_folder
from lab.reproduction.recorded_run import (
    RecordedRun,
    changed_files,
    next_step_after_change,
    read_recorded_run,
    require_result,
)


class NoScratch(InputError):
    """The scratch folder cannot be written, so nothing was compared."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def reproduce_run(lab: Lab, run: str, options: Options, clock: Callable[[], datetime] = utc_now) -> Reproduction:
    """Train a finished run again in a scratch folder, and return the comparison. No run of the lab is changed.

    If a file of the run was changed after its training, nothing is trained.

    Raises:
        NothingToReproduce: The run has no result.
        NoScratch: The scratch folder cannot be written.
        KeyboardInterrupt: The training was interrupted. The scratch folder is deleted.
    """
    require_result(lab, run)
    status_sha256, provenance = sha256_of_file(lab.status(run)), lab.run(run) / "provenance.json"
    provenance_sha256 = sha256_of_file(provenance) if provenance.is_file() else None
    if changes := changed_files(lab, run):
        experiments: tuple[str, ...] = ()
        deviations = tuple(change.subject for change in changes)
        outcome = Outcome("different", changes[0], deviations=deviations, notes=(next_step_after_change(lab, run),))
    else:
        recorded = read_recorded_run(lab, run)
        experiments, outcome = recorded.provenance.experiments, _reproduced(lab, recorded, options)
    return Reproduction(
        run_id=run,
        at=timestamp(clock()),
        tolerance=options.tolerance.relative,
        status_sha256=status_sha256,
        recorded_provenance=provenance_sha256,
        experiments=experiments,
        by=options.by,
        **vars(outcome),
    )


def _reproduced(lab: Lab, run: RecordedRun, options: Options) -> Outcome:
    """Train a run whose record is unchanged, in a scratch folder that is deleted at the end."""
    with scratch_folder() as folder:
        try:
            with _scratch(lab, run, options, folder / "lab") as scratch:
                notes = (*_code_note(run, options), *place_data(lab, scratch, run.data))
                return compare_trainings(lab, scratch, run, options, notes)
        except DataGone as gone:
            cause = Difference("data", gone.path, gone.recorded, gone.present)
            return Outcome("not_reproducible", cause, notes=(str(gone),))
        except CodeGone as gone:
            return Outcome("not_reproducible", Difference("code", str(gone)))
        except OSError as error:
            problem = f"run {run.id}: the scratch folder {folder} cannot be written: {error}"
            raise NoScratch(f"{problem} (free space there, or set TMPDIR to a folder with more)") from error


def _code_note(run: RecordedRun, options: Options) -> Iterator[str]:
    if options.at_commit and run.provenance.git:
        changes = " and its recorded changes" if run.provenance.git.dirty else ""
        yield f"trained with the code of commit {run.provenance.git.commit}{changes}"


@contextmanager
def _scratch(lab: Lab, run: RecordedRun, options: Options, target: Path) -> Iterator[Lab]:
    """Yield a scratch lab with the present code, or with that of the recorded commit."""
    if not options.at_commit:
        yield copy_lab(lab.root, target, run.data)
        return
    with code_of_run(lab, run, target) as scratch:
        yield scratch
