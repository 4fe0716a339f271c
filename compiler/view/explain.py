"""Explain one experiment: its points and runs, the experiments that share them, and the runs a build would train."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.plan.genealogy_entry import GenealogyEntry
from compiler.plan.model import Plan, PlannedDeliverable, PlannedExperiment
from compiler.tracking.requirement import check_label
from compiler.view.registration_state import RegistrationState
from compiler.view.status import ExperimentState, State
from compiler.view.training_cost import TrainingCost


@dataclass(frozen=True)
class ExplainedPoint:
    name: str
    run: str
    state: State
    shared_with: tuple[str, ...]  # other experiments that use the run

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "run": self.run, "state": self.state, "shared_with": list(self.shared_with)}


@dataclass(frozen=True)
class Explanation:
    """`to_train` are runs that a build would train now. `runs_to_come` is how many a search will suggest later.

    `fused` has the number of runs of each group that a build on this machine would train together.
    """

    experiment: PlannedExperiment
    genealogy: GenealogyEntry
    points: tuple[ExplainedPoint, ...]
    to_train: tuple[str, ...]
    data: tuple[str, ...]
    runs_to_come: int
    registration: RegistrationState | None = None
    cost: TrainingCost | None = None  # of the runs to train
    fused: tuple[int, ...] = ()

    @property
    def deliverables(self) -> dict[str, str]:
        """Return a line for each deliverable that states how it is checked."""
        return {title: _describe(item, check_label(item.spec)) for title, item in self.experiment.deliverables.items()}

    @property
    def shared_runs(self) -> dict[str, list[str]]:
        """The runs that each other experiment also uses."""
        shared: dict[str, set[str]] = {}
        for point in self.points:
            for other in point.shared_with:
                shared.setdefault(other, set()).add(point.run)
        return {other: sorted(runs) for other, runs in sorted(shared.items())}

    def to_json(self) -> dict[str, Any]:
        test, search = self.experiment.design.test, self.experiment.search
        return {
            "experiment_id": self.experiment.id,
            "file": self.experiment.file,
            "hypothesis": self.experiment.design.hypothesis,
            "parent": self.genealogy.parent_experiment,
            "parent_source": self.genealogy.parent_source,
            "modifications": [change.to_json() for change in self.genealogy.modifications],
            "points": [point.to_json() for point in self.points],
            "runs": len(self.experiment.runs),
            "to_train": list(self.to_train),
            "fused": list(self.fused),
            "estimate": self.cost.to_json() if self.cost else None,
            "data": list(self.data),
            "deliverables": {
                title: _describe(item, item.spec["validation"]) for title, item in self.experiment.deliverables.items()
            },
            "compare": test.to_json() if test else None,
            "search": search.to_json() if search else None,
            "to_ask": self.runs_to_come,
            "known_runs": list(self.registration.known_runs) if self.registration else [],
        }


def explain(experiment_id: str, plan: Plan, state: ExperimentState) -> Explanation:
    """Return the explanation of an experiment whose runs have this state."""
    experiment = plan.experiments[experiment_id]
    states: Mapping[str, State] = {run.run_id: run.state for run in state.runs}
    points = tuple(
        ExplainedPoint(
            point.name,
            point.run,
            states[point.run],
            tuple(other for other in plan.runs[point.run].experiments if other != experiment_id),
        )
        for point in experiment.points
    )
    to_train = tuple(sorted(run for run, run_state in states.items() if run_state in ("waiting", "stale")))
    groups = Counter(plan.runs[run].fusion for run in to_train if plan.runs[run].fusion)
    return Explanation(
        experiment,
        plan.genealogy_entry(experiment_id),
        points,
        to_train,
        tuple(sorted({path for run in experiment.runs for path in plan.runs[run].data})),
        state.runs_to_come,
        state.registration,
        fused=tuple(count for _, count in sorted(groups.items()) if count > 1),
    )


def _describe(deliverable: PlannedDeliverable, check: str) -> str:
    spec = deliverable.spec
    text = f"{spec['type']}, {check}"
    if spec["validation"] == "threshold":
        text += f" {spec['metric']} {spec['operator']} {spec['value']:g}"
    runs = "runs of the best arm" if deliverable.is_over_best_arm else "every run"
    if deliverable.report is not None:
        runs = f"report {deliverable.report}"
    return f"{text}, {runs}" + ("" if spec["required"] else ", advisory")
