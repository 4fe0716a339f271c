"""Train a recorded run again, twice if the results differ, and compare the trainings with the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import Lab
from compiler.reproduction.reproduction import Category, Difference
from compiler.runs.provenance_record import ProvenanceRecord
from lab.reproduction.comparison.deviation import Comparison
from lab.reproduction.comparison.runs import compare_runs, failure_text
from lab.reproduction.first_divergence import first_divergence
from lab.reproduction.outcome import Outcome
from lab.reproduction.provenance_differences import Differences, provenance_differences
from lab.reproduction.rebuild.recorded_code import checkout_hint
from lab.reproduction.rebuild.repeated_training import RepeatedTraining, train_again
from lab.reproduction.recorded_run import RecordedRun
from lab.reproduction.run_notes import fused_note, machine_of, resumed_note, untracked_data
from lightning_modules.failures.kinds import is_machine_failure
from rules.verification.tolerance import Tolerance

_MAX_DEVIATIONS = 50
# Kinds of failures that have nothing to do with the hardware.
_CAUSES: Mapping[str, Category] = {"data": "data", "environment": "package", "evidence": "hardware"}


@dataclass(frozen=True)
class Options:
    """How to reproduce. `at_commit`: with the recorded code. `is_once`: without a second training."""

    tolerance: Tolerance = field(default_factory=Tolerance)
    at_commit: bool = False
    is_once: bool = False
    by: str = ""


def compare_trainings(
    lab: Lab, scratch: Lab, run: RecordedRun, options: Options, scratch_notes: tuple[str, ...]
) -> Outcome:
    """Return the outcome of training a run again in a scratch lab that has its code and its data."""
    first = train_again(scratch, run, 1, not options.at_commit)
    if first.status is None:
        return Outcome("not_reproducible", Difference("code", f"the training could not be started: {first.message}"))
    differences = _differences(lab, run, first.provenance)
    notes = (*resumed_note(run), *fused_note(run), *scratch_notes)
    outcome = Outcome(
        "different",
        trainings=1,
        differences=differences.listed,
        repeated_provenance=sha256_of_file(first.folder / "provenance.json"),
        machine=machine_of(first.provenance),
    )
    if is_machine_failure(first.status):
        failure = failure_text(first.status.error)
        category = _CAUSES.get(failure.partition(":")[0], "hardware")
        cause = next(iter(differences.listed), Difference(category, f"the training failed here ({failure})"))
        return replace(
            outcome, result="not_reproducible", cause=cause, notes=(f"the training failed: {failure}", *notes)
        )
    comparison = compare_runs((run.folder, run.status), (first.folder, first.status), options.tolerance)
    outcome = replace(outcome, compared=comparison.compared, notes=(*notes, *comparison.notes))
    return _with_result(outcome, lab, scratch, run, first, comparison, differences, options)


def _with_result(
    outcome: Outcome,
    lab: Lab,
    scratch: Lab,
    run: RecordedRun,
    first: RepeatedTraining,
    comparison: Comparison,
    differences: Differences,
    options: Options,
) -> Outcome:
    """Return the outcome with the result of the comparison, and with its cause if the results differ."""
    result, deviations = comparison.result, tuple(map(str, comparison.deviations[:_MAX_DEVIATIONS]))
    if result == "not_reproducible":
        cause = Difference("record", "the run wrote no metrics, predictions or weights, so nothing can be compared")
        return replace(outcome, result=result, cause=cause)
    outcome = replace(outcome, result=result, deviations=deviations)
    if result != "different":
        return outcome
    is_repeatable = None if options.is_once else _is_repeatable(scratch, run, first, options)
    cause = first_divergence(run, differences, is_repeatable)
    hint = (checkout_hint(lab, run),) if cause.category == "code" and not options.at_commit else ()
    trainings = 1 if options.is_once else 2
    return replace(outcome, cause=cause, trainings=trainings, notes=(*outcome.notes, *hint))


def _is_repeatable(scratch: Lab, run: RecordedRun, first: RepeatedTraining, options: Options) -> bool:
    """Train a second time in the same environment, and return whether both trainings agree."""
    second = train_again(scratch, run, 2, not options.at_commit)
    if first.status is None or second.status is None:
        return False
    return (
        compare_runs((first.folder, first.status), (second.folder, second.status), options.tolerance).result
        != "different"
    )


def _differences(lab: Lab, run: RecordedRun, repeated: ProvenanceRecord | None) -> Differences:
    differences = provenance_differences(run.provenance, repeated) if repeated else Differences()
    return replace(differences, weak=(*differences.weak, *untracked_data(lab, run)))
