"""Determine the state of each run and experiment from files alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from compiler.base.json_files import readable_object
from compiler.base.lease import find_writer
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.registration.chain import Chain, readable_chain
from compiler.registration.times import RunTimes
from compiler.runs.begun_runs import begun_runs
from compiler.runs.progress import Progress, read_progress
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import failure_line
from compiler.stages.current_stage import StageState, current_stage
from compiler.view.data_changes import DataChange, changes_since_build
from compiler.view.experiment_gates import decided_gates, planned_gates
from compiler.view.registration_state import RegistrationState, registration_state

State = Literal["done", "failed", "running", "stale", "waiting"]
STATES: tuple[State, ...] = ("done", "failed", "running", "stale", "waiting")


@dataclass(frozen=True)
class RunState:
    """The state of a run, and the reason for it. `stale`: the code has changed since the run was trained.

    `times` are those of a run that has finished.
    """

    run_id: str
    state: State
    reason: str = ""
    times: RunTimes | None = field(default=None, compare=False)
    progress: Progress | None = None  # of a running run

    def to_json(self) -> dict[str, Any]:
        progress = {"progress": self.progress.to_json()} if self.progress else {}
        return {"state": self.state, "reason": self.reason, **progress}


@dataclass(frozen=True)
class ExperimentState:
    """The runs of an experiment by state, and its outcome and verdict if `results.json` is written.

    Runs that a search has not suggested yet have no ids. They count as waiting, and `runs_to_come` is their number.
    """

    experiment_id: str
    runs: tuple[RunState, ...]
    outcome: str | None
    verdict: str | None
    runs_to_come: int = 0
    failed_gates: tuple[str, ...] = ()  # closed gates, so that the experiment does not deliver
    stage: StageState | None = None
    registration: RegistrationState | None = None
    changed_data: tuple[DataChange, ...] = ()  # since the last build, if the results are outdated

    @property
    def is_outdated(self) -> bool:
        """Whether `results.json` is about another claim than that of the spec."""
        return self.registration is not None and self.registration.is_outdated

    @property
    def verdict_text(self) -> str:
        """The verdict, with its standing if it is not confirmatory. Empty without a verdict."""
        standing = self.registration.standing if self.registration else None
        label = "outdated" if self.is_outdated else standing
        return (self.verdict or "") + ("" if label in (None, "confirmatory") or not self.verdict else f" ({label})")

    @property
    def counts(self) -> dict[State, int]:
        counts = Counter(run.state for run in self.runs)
        counts["waiting"] += self.runs_to_come
        return {state: counts[state] for state in STATES}

    def to_json(self) -> dict[str, Any]:
        return {
            "runs": {run.run_id: run.to_json() for run in self.runs},
            "counts": self.counts,
            "to_ask": self.runs_to_come,
            "outcome": self.outcome,
            "verdict": self.verdict,
            "failed_gates": list(self.failed_gates),
            "stage": self.stage.to_json() if self.stage else None,
            "standing": self.registration.standing if self.registration else None,
            "outdated": self.is_outdated,
            "known_runs": list(self.registration.known_runs) if self.registration else [],
        }


def experiment_states(lab: Lab, plan: Plan) -> dict[str, ExperimentState]:
    """Return the state of every experiment of the plan. Each run is read once, even if several experiments use it."""
    begun = begun_runs(lab)
    runs = {
        run_id: run_state(lab, run_id, run.fingerprint) if run_id in begun else RunState(run_id, "waiting")
        for run_id, run in plan.runs.items()
    }
    chain = readable_chain(lab.registrations)
    return {name: _experiment(lab, plan, chain, experiment, runs) for name, experiment in plan.experiments.items()}


def run_state(lab: Lab, run_id: str, fingerprint: str | None) -> RunState:
    """Return the state of a run.

    Args:
        fingerprint: of the current code; None for a run that is not planned, which is never stale.
    """
    if (writer := find_writer(lab.partial_run(run_id))) is not None:
        reason, progress = f"process {writer.pid} on {writer.host}", read_progress(lab, run_id)
        return RunState(run_id, "running", reason, progress=progress)
    status = readable_object(lab.status(run_id))
    if status is None:
        failure = readable_object(lab.machine_failure(run_id))
        reason = f"the last attempt failed because of the machine: {failure_line(failure)}" if failure else ""
        return RunState(run_id, "waiting", reason)
    times = RunTimes(status.get("started_at"), status.get("completed_at"))
    if fingerprint is not None and recorded_fingerprint(lab.run(run_id)) != fingerprint:
        return RunState(run_id, "stale", "its code has changed since it was trained", times)
    if status.get("status") == "completed":
        return RunState(run_id, "done", times=times)
    return RunState(run_id, "failed", failure_line(status), times)


def _experiment(
    lab: Lab, plan: Plan, chain: Chain, experiment: PlannedExperiment, runs: Mapping[str, RunState]
) -> ExperimentState:
    results = readable_object(lab.results_file(experiment.id)) or {}
    states = tuple(runs[run] for run in experiment.runs)
    runs_to_come = experiment.search.runs_to_come if experiment.search else 0
    times = {run.run_id: run.times for run in states if run.times is not None and run.state != "stale"}
    registration = registration_state(lab, chain, experiment, times, results)
    outcome, verdict, gates = results.get("status"), results.get("verdict"), decided_gates(lab, experiment.id)
    # An experiment delivers without being published.
    failed_gates = tuple(name for name, gate in gates.items() if not gate.passed and name != "publication")
    stage = current_stage(
        planned_gates(experiment),
        {} if registration.is_outdated else gates,
        is_trained=runs_to_come == 0 and all(run.state in ("done", "failed") for run in states),
        continues=experiment.spec.get("on_gate") == "continue",
    )
    changed_data = tuple(changes_since_build(lab, plan, experiment.id)) if registration.is_outdated else ()
    return ExperimentState(
        experiment.id, states, outcome, verdict, runs_to_come, failed_gates, stage, registration, changed_data
    )
