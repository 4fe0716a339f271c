"""Read a finished run from the run store, and check that its files are still those that the training wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import InputError
from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.reproduction.reproduction import Difference
from compiler.runs.provenance_record import DamagedProvenance, ProvenanceRecord, read_provenance
from compiler.runs.run_status import RunStatus, read_complete_status
from lightning_modules.failures.kinds import is_machine_failure
from rules.verification.run_artifacts import check_runs


class NothingToReproduce(InputError):
    """A run has no result: it has not finished, or it failed because of its machine."""


@dataclass(frozen=True)
class RecordedRun:
    """A finished run: its inputs, its status and its provenance. `data` has the version of each tracked path."""

    id: str
    folder: Path
    status: RunStatus
    config: Mapping[str, Any]
    data: Mapping[str, str]
    provenance: ProvenanceRecord

    @property
    def failure(self) -> str | None:
        """The kind of error that ended the run, None if it completed."""
        return self.status.error.kind if self.status.error else None


def require_result(lab: Lab, run: str) -> RunStatus:
    """Return the status of a run that has a result.

    Raises:
        NothingToReproduce: The run has not finished, or it failed because of its machine.
    """
    status = read_complete_status(lab.status(run))
    if status is None:
        raise NothingToReproduce(f"run {run}: {_why_unfinished(lab, run)}")
    if is_machine_failure(status):
        kind = status.error.kind if status.error else ""
        raise NothingToReproduce(f"run {run}: failed because of its machine ({kind}), which is no result (build again)")
    return status


def is_archived(lab: Lab, run: str) -> bool:
    """Return whether git has a pointer to the files of a run."""
    return lab.run_pointer(run).is_file()


def _why_unfinished(lab: Lab, run: str) -> str:
    if lab.machine_failure(run).is_file():
        return "failed because of its machine, so there is no result to reproduce (build again)"
    if is_archived(lab, run):
        return "is archived, and not in the run store (restore it first: proband restore --runs)"
    return "is not in the run store, or has not finished, so there is no result to reproduce (build first)"


def changed_files(lab: Lab, run: str) -> list[Difference]:
    """Return the files of a run that are not as the training wrote them, and contradictions in its record."""
    prefix = f"results/runs/{run}/"
    problems = [problem.removeprefix(prefix) for problem in check_runs(lab, [run]).problems]
    if not problems:
        try:
            read_provenance(lab.run(run) / "provenance.json")
        except DamagedProvenance as error:
            problems = [str(error).removeprefix(f"{lab.run(run)}/")]
    return [Difference("config" if problem.startswith("config.json") else "record", problem) for problem in problems]


def next_step_after_change(lab: Lab, run: str) -> str:
    """Return how to get the files of a run back that were changed after its training."""
    try:
        experiments = read_provenance(lab.run(run) / "provenance.json").experiments
    except DamagedProvenance:
        experiments = ()
    if is_archived(lab, run):
        archived = next((name for name in experiments if lab.experiment_pointer(name).is_file()), "--runs")
        return f"get the archived files of run {run} back: proband restore {archived}"
    target = "".join(f" {name}" for name in experiments[:1])
    return f"run {run} is not archived: move results/runs/{run} away, and build it again: snakemake --cores 2{target}"


def read_recorded_run(lab: Lab, run: str) -> RecordedRun:
    """Return a run whose files are unchanged. Raises DamagedProvenance, or NothingToReproduce."""
    folder, status = lab.run(run), require_result(lab, run)
    content = read_json(folder / "config.json")
    return RecordedRun(
        run, folder, status, content["config"], content["data"], read_provenance(folder / "provenance.json")
    )
