"""Build cases with the facts and series of trained runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.context.case import Book, Case
from agents.context.results import Results
from agents.facts.fact import Fact, Source, Value, by_id
from agents.facts.series import Series
from agents.facts.verdict import Verdict

SOURCE = Source("results/experiments/rates/results.json", "0" * 64)
FACTOR = "model.lr"


@dataclass(frozen=True)
class Trained:
    """One run. `series` maps each metric to its values by epoch or step. `failure` is the reason of a failed run."""

    level: str
    seed: int
    accuracy: float | None = 0.9
    series: Mapping[str, Sequence[float]] = field(default_factory=dict)
    failure: str = ""
    system: Mapping[str, float] = field(default_factory=dict)

    @property
    def point(self) -> str:
        return f"{FACTOR}={self.level},seed={self.seed}"

    @property
    def subject(self) -> str:
        return f"run[{self.point}]"


def fact(name: str, value: Value, subject: str = "experiment", unit: str = "", n: int = 1) -> Fact:
    return Fact(name, value, unit, n, subject, name, SOURCE, "tests:fact")


def verdict(name: str, conclusion: str, *subjects: str, sentence: str = "", is_post_hoc: bool = False) -> Verdict:
    sentence = sentence or f"The sentence of {name}."
    return Verdict(name, conclusion, f"the words of {name}", sentence, subjects, ("test.alpha",), is_post_hoc)


def case(runs: Sequence[Trained], *verdicts: Verdict, facts: Sequence[Fact] = (), control: str = "0.001") -> Case:
    """Return a case with a registered comparison of learning rates."""
    points = [
        {"name": run.point, "overrides": {FACTOR: float(run.level), "seed": run.seed}, "run": f"{index:012x}"}
        for index, run in enumerate(runs)
    ]
    spec: dict[str, Any] = {
        "experiment_id": "rates",
        "hypothesis": "The rate matters.",
        "research_question": "Does the rate matter?",
        "compare": {"metric": "accuracy", "factor": FACTOR, "control": float(control), "goal": "maximize"},
        "points": points,
        "parent": None,
        "analysis_pipeline": ["performance_analysis"],
    }
    run_facts = [fact for run in runs for fact in _run_facts(run)]
    all_facts = [*_experiment_facts(runs, control), *_arm_facts(runs), *run_facts, *facts]
    series = tuple(_series(run, metric, values) for run in runs for metric, values in run.series.items())
    book = Book(by_id(all_facts), {verdict.id: verdict for verdict in verdicts}, spec)
    return Case("rates", book, None, Results("completed", False, "accuracy"), series)


def falling(epochs: int, start: float = 2.0, end: float = 0.2) -> tuple[float, ...]:
    """Return a loss that falls exponentially."""
    rate = math.log(start / end) / max(epochs - 1, 1)
    return tuple(start * math.exp(-rate * epoch) for epoch in range(epochs))


def _experiment_facts(runs: Sequence[Trained], control: str) -> list[Fact]:
    failed = sum(bool(run.failure) for run in runs)
    counts = {"runs": len(runs), "runs.completed": len(runs) - failed, "runs.failed": failed}
    return [
        *(fact(f"experiment.{name}", value, unit="runs") for name, value in counts.items()),
        fact("experiment.metric", "accuracy", unit="text"),
        fact("test.alpha", 0.05),
        fact("test.factor", FACTOR, unit="text"),
        fact("test.control", control, unit="level"),
        fact("best.level", runs[-1].level, unit="level"),
    ]


def _arm_facts(runs: Sequence[Trained]) -> list[Fact]:
    facts = []
    for level in dict.fromkeys(run.level for run in runs):
        level_runs, subject = [run for run in runs if run.level == level], f"arm[{FACTOR}={level}]"
        usable = [run for run in level_runs if not run.failure]
        facts += [
            fact(f"{subject}.level", level, subject, "level"),
            fact(f"{subject}.n", len(usable), subject, "runs"),
            fact(f"{subject}.failed", len(level_runs) - len(usable), subject, "runs"),
        ]
        epochs = [len(values) for run in usable for metric, values in run.series.items() if metric == "eval_loss"]
        facts += [fact(f"{subject}.epochs.mean", float(epochs[0]), subject, "epochs")] if epochs else []
        for name in dict.fromkeys(name for run in usable for name in run.system):
            values = [run.system[name] for run in usable]
            facts.append(fact(f"{subject}.system.{name}.mean", sum(values) / len(values), subject, "s"))
    return facts


def _run_facts(run: Trained) -> list[Fact]:
    fields = {"id": f"id-{run.level}-{run.seed}", "seed": run.seed}
    facts = [fact(f"{run.subject}.{name}", value, run.subject, "text") for name, value in fields.items()]
    if run.failure:
        return [*facts, fact(f"{run.subject}.failure", run.failure, run.subject, "text")]
    measured = fact(f"{run.subject}.accuracy", run.accuracy, run.subject, "share")
    costs = [fact(f"{run.subject}.system.{name}", value, run.subject, "s") for name, value in run.system.items()]
    return [*facts, measured, *costs]


def _series(run: Trained, metric: str, values: Sequence[float]) -> Series:
    epochs = tuple(1 + index // 10 if metric.endswith("_step") else 1 + index for index in range(len(values)))
    return Series(run.subject, metric, epochs, tuple(values), Source(f"results/runs/{run.seed}/history.csv", "1" * 64))
