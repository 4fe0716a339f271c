"""Put the results of two experiments side by side: arms, verdicts, parameters, deliverables and shared runs.

Nothing here compares the two experiments. A difference between them is judged only by a test: by `compare` of a spec
that has both settings as levels, or by the analyst `baseline_comparison` of a child of the other experiment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.facts.subject import parent_subject
from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.genealogy import modifications
from compiler.plan.genealogy_entry import Modification
from compiler.plan.model import Plan
from compiler.view.status import experiment_states
from rules.results.experiment_results import ExperimentResults, read_results

_ANALYST = "baseline_comparison"
NOT_TESTED = (
    "No test compares these two experiments, so their values alone show no difference."
    " To test one, sweep both settings in one spec, or list the analyst baseline_comparison in a child of the other."
)


@dataclass(frozen=True)
class Side:
    """An experiment, its results (None if it was not built), and its runs by state now."""

    experiment_id: str
    results: ExperimentResults | None
    states: Mapping[str, int]

    @property
    def metrics(self) -> set[str]:
        return {name for arm in self.results.summary_metrics.arms for name in arm.metrics} if self.results else set()

    def to_json(self) -> dict[str, Any]:
        results = self.results
        content: dict[str, Any] = {"experiment_id": self.experiment_id, "runs": dict(self.states)}
        if results is None:
            return content | {"outcome": None, "verdict": None, "standing": None, "claims": [], "arms": []}
        comparison = results.comparison or {}
        return content | {
            "outcome": results.status,
            "verdict": results.verdict,
            "standing": results.registration.standing if results.comparison else None,
            "reason": comparison.get("reason"),
            "claims": [claim["text"] or claim["type"] for claim in comparison.get("claims", ())],
            "metric": results.summary_metrics.metric,
            "arms": [
                {
                    "level": dict(arm.level),
                    "n": arm.n,
                    "failed": arm.failed,
                    "metrics": {
                        name: {"mean": value.mean, "sd": value.sd, "n": value.n} for name, value in arm.metrics.items()
                    },
                }
                for arm in results.summary_metrics.arms
            ],
            "deliverables": {name: value.status for name, value in results.deliverables_status.items()},
        }


@dataclass(frozen=True)
class SideBySide:
    """Two experiments, the parameters in which they differ, and the tests that compare them, as sentences."""

    left: Side
    right: Side
    parameters: Sequence[Modification]
    shared_runs: Sequence[str]
    tests: Sequence[Mapping[str, str]]  # experiment, verdict and sentence

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": 1,
            "experiments": [self.left.to_json(), self.right.to_json()],
            "parameters": [change.to_json() for change in self.parameters],
            "shared_runs": list(self.shared_runs),
            "tests": list(self.tests),
        }


def side_by_side(lab: Lab, plan: Plan, left: str, right: str) -> SideBySide:
    """Return two experiments of the plan.

    Raises:
        InvalidResults: A results.json is damaged.
    """
    before, after = plan.experiments[left], plan.experiments[right]
    return SideBySide(
        _side(lab, plan, left),
        _side(lab, plan, right),
        modifications(before.parameters, after.parameters),
        [run for run in before.runs if run in after.runs],
        [*_tests(lab, plan, left, right), *_tests(lab, plan, right, left)],
    )


def _side(lab: Lab, plan: Plan, experiment_id: str) -> Side:
    file = lab.results_file(experiment_id)
    results = read_results(file) if file.is_file() else None
    counts = experiment_states(lab, plan)[experiment_id].counts
    return Side(experiment_id, results, dict(counts.items()))


def _tests(lab: Lab, plan: Plan, child: str, parent: str) -> Iterator[dict[str, str]]:
    """Yield the verdicts of a child's comparison with its parent."""
    if plan.genealogy_entry(child).parent_experiment != parent:
        return
    analysis = readable_object(lab.analysis(child, _ANALYST)) or {}
    for verdict in analysis.get("verdicts") or ():
        if isinstance(verdict, dict) and str(verdict.get("id")).startswith(f"baseline.{parent_subject(parent)}"):
            yield {
                "experiment": child,
                "verdict": str(verdict.get("conclusion")),
                "sentence": str(verdict.get("sentence")),
            }
