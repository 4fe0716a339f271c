"""A study of two learning rates whose runs are written by hand, at chosen minutes after a registration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from compiler.base.git import Git
from compiler.base.paths import Lab
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.design import Design, PlannedClaim, PlannedTest, StudySize
from compiler.plan.model import PlannedExperiment
from compiler.registration.chain import read_chain
from compiler.registration.claim import claim_digest
from rules.build.register import register_experiment
from rules.results.evaluation.evaluate import Evaluation, evaluate, record_evaluation
from rules.results.run_record import read_runs
from tests.plans import plan_of, planned_experiment
from tests.run_files import write_run

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
CONTROL, TREATMENT = 0.001, 0.01
CLAIM = PlannedClaim("superiority", TREATMENT, 0.01, "accuracy", "maximize")
TEST = PlannedTest("accuracy", "maximize", "model.lr", CONTROL, TREATMENT, 0.05, 0.01, False, (CLAIM,))
ACCURACY = {CONTROL: 0.80, 0.003: 0.82, TREATMENT: 0.90}
LEVELS = (CONTROL, TREATMENT)


def no_git(*_: str) -> None:
    return None


def run_of(level: float, seed: int) -> str:
    return f"lr{level:g}s{seed}"


def study(
    name: str = "study",
    seeds: Iterable[int] = range(5),
    levels: Iterable[float] = LEVELS,
    hypothesis: str = "H.",
    exploratory: bool = False,
    **test: Any,
) -> PlannedExperiment:
    """Return an experiment with the claim digest of its design. Further arguments change its test."""
    points = tuple(
        PlannedPoint(run_of(level, seed), {"model.lr": level, "seed": seed}, run_of(level, seed))
        for level in levels
        for seed in seeds
    )
    counts = {str(level): len(list(seeds)) for level in levels}
    changed_test = replace(TEST, **test)
    design = Design(hypothesis, "", changed_test, {}, StudySize(len(points), len(points), counts))
    run_ids = [point.run for point in points]
    claim = claim_digest(design.to_json(), run_ids, "setting", is_exploratory=exploratory)
    spec = {"hypothesis": hypothesis, "exploratory": exploratory}
    return planned_experiment(name, points=points, design=design, claim=claim, spec=spec)


@dataclass
class Workplace:
    """A lab with a clock that advances a minute with every action."""

    lab: Lab
    minutes: int = 0
    git: Git = field(default=no_git)

    def now(self) -> datetime:
        self.minutes += 1
        return START + timedelta(minutes=self.minutes)

    def train(self, experiment: PlannedExperiment, again: bool = False, **fields: Any) -> None:
        """Write the runs of an experiment that do not exist, or all of them."""
        for point in experiment.points:
            if again or not self.lab.status(point.run).is_file():
                level, seed = point.overrides["model.lr"], point.overrides["seed"]
                times = (self.now().isoformat(), self.now().isoformat())
                write_run(self.lab, point.run, **{"accuracy": ACCURACY[level] + 0.004 * seed, "times": times} | fields)

    def register(self, experiment: PlannedExperiment) -> None:
        register_experiment(self.lab, plan_of(experiment), experiment.id, self.now, self.git)

    def evaluate(self, experiment: PlannedExperiment) -> Evaluation:
        """Evaluate an experiment as the results job does, and record the look."""
        runs = read_runs(self.lab, experiment.runs)
        evaluation = evaluate(read_chain(self.lab.registrations), experiment, runs)
        record_evaluation(self.lab, experiment, runs, evaluation, self.now)
        return evaluation

    def build(self, experiment: PlannedExperiment) -> Evaluation:
        self.register(experiment)
        self.train(experiment)
        return self.evaluate(experiment)


def counts(evaluation: Evaluation) -> tuple[int, int]:
    """Return the numbers of fresh and known runs."""
    return len(evaluation.registration.fresh_runs), len(evaluation.registration.known_runs)


def summary(evaluation: Evaluation) -> Mapping[str, Any]:
    registration, comparison = evaluation.registration, evaluation.comparison
    return {
        "verdict": comparison and comparison["verdict"],
        "standing": registration.standing,
        "fresh": len(registration.fresh_runs),
        "known": len(registration.known_runs),
        "looks": registration.looks,
    }
