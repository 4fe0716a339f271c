"""How far each experiment is, told from the files of its runs alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from compiler.base.json_files import read_json
from compiler.base.lease import find_writer
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.runs.run_status import failure_line

State = Literal["done", "failed", "running", "stale", "waiting"]
STATES: tuple[State, ...] = ("done", "failed", "running", "stale", "waiting")


@dataclass(frozen=True)
class RunState:
    """`stale`: trained with other code than today's, and to be trained again. `reason` says why a run failed."""

    run_id: str
    state: State
    reason: str = ""


@dataclass(frozen=True)
class ExperimentState:
    """An experiment's runs by state, and its results if they are written: `outcome` and `verdict`.

    Runs that a search has still to ask for have no names yet: they wait, and `to_ask` counts them.
    """

    experiment_id: str
    runs: tuple[RunState, ...]
    outcome: str | None
    verdict: str | None
    to_ask: int = 0

    @property
    def counts(self) -> dict[State, int]:
        found = Counter(run.state for run in self.runs)
        found["waiting"] += self.to_ask
        return {state: found[state] for state in STATES}

    def to_json(self) -> dict[str, Any]:
        runs = {run.run_id: {"state": run.state, "reason": run.reason} for run in self.runs}
        told = {"runs": runs, "counts": self.counts, "to_ask": self.to_ask}
        return told | {"outcome": self.outcome, "verdict": self.verdict}


def experiment_states(lab: Lab, plan: Plan) -> dict[str, ExperimentState]:
    """Every experiment of the plan; each run is looked at once, however many share it."""
    runs = {run_id: run_state(lab, run_id, run.fingerprint) for run_id, run in plan.runs.items()}
    return {name: _experiment(lab, experiment, runs) for name, experiment in plan.experiments.items()}


def run_state(lab: Lab, run_id: str, fingerprint: str) -> RunState:
    if (writer := find_writer(lab.partial_run(run_id))) is not None:
        return RunState(run_id, "running", f"process {writer.pid} on {writer.host}")
    status = _read(lab, run_id, "status.json")
    if status is None:
        failed = _read(lab, run_id, lab.machine_failure(run_id).name)
        return RunState(run_id, "waiting", f"the machine failed it: {failure_line(failed)}" if failed else "")
    provenance = _read(lab, run_id, "provenance.json") or {}
    if provenance.get("fingerprint") != fingerprint:
        return RunState(run_id, "stale", "its code has changed since")
    if status.get("status") == "completed":
        return RunState(run_id, "done")
    return RunState(run_id, "failed", failure_line(status))


def _experiment(lab: Lab, experiment: PlannedExperiment, runs: Mapping[str, RunState]) -> ExperimentState:
    results = _object(lab.results_file(experiment.id)) or {}
    states = tuple(runs[run] for run in experiment.runs)
    to_ask = experiment.search.runs_to_come if experiment.search else 0
    return ExperimentState(experiment.id, states, results.get("status"), results.get("verdict"), to_ask)


def _read(lab: Lab, run_id: str, name: str) -> dict[str, Any] | None:
    return _object(lab.run(run_id) / name)


def _object(file: Path) -> dict[str, Any] | None:
    """A JSON object, empty where the file is damaged, None where there is none."""
    try:
        return dict(read_json(file))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, OSError):
        return {}  # damaged: neither done nor waiting, so it shows as stale
