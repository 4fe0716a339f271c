"""Estimate the hours of trainings from the durations of finished runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment


@dataclass(frozen=True)
class TrainingCost:
    """The estimated cost of some runs. A training without GPUs counts once for `hours`, others by their GPUs.

    `source` is the experiment whose finished runs have the mean duration. Without one, the hours are None.
    """

    runs: int
    gpu_runs: float = 0.0  # the sum of the GPUs of all runs
    units: float = 0.0  # as `gpu_runs`, with 1 for each run without GPUs
    seconds: float | None = None
    source: str | None = None

    @property
    def hours(self) -> float | None:
        return None if self.seconds is None else self.units * self.seconds / 3600

    @property
    def gpu_hours(self) -> float | None:
        return None if self.seconds is None else self.gpu_runs * self.seconds / 3600

    @property
    def line(self) -> str:
        """One line, such as `estimated: 12 runs, 0.4 hours, 0.4 GPU-hours (mean of finished runs of digits_lr)`."""
        if self.hours is None or self.gpu_hours is None:
            return "estimated: unknown, because no run of this experiment or of its parent has finished"
        gpu_hours = f", {self.gpu_hours:.2g} GPU-hours" if self.gpu_runs else ""
        return (
            f"estimated: {self.runs} runs, {self.hours:.2g} hours{gpu_hours} (mean of finished runs of {self.source})"
        )

    def to_json(self) -> dict[str, Any]:
        return {"runs": self.runs, "hours": self.hours, "gpu_hours": self.gpu_hours, "source": self.source}


def training_cost(lab: Lab, plan: Plan, experiment_id: str, runs: Collection[str]) -> TrainingCost:
    """Return the cost of training runs of an experiment, by its finished runs, else by those of its parent."""
    gpus = [plan.runs[run].resources.gpus for run in runs if run in plan.runs]
    experiments = [plan.experiments[experiment_id], plan.parent(experiment_id)]
    for experiment in experiments:
        if experiment is not None and (seconds := _mean_seconds(lab, experiment)) is not None:
            return TrainingCost(len(runs), sum(gpus), sum(count or 1 for count in gpus), seconds, experiment.id)
    return TrainingCost(len(runs), sum(gpus), sum(count or 1 for count in gpus))


def _mean_seconds(lab: Lab, experiment: PlannedExperiment) -> float | None:
    statuses = (readable_object(lab.status(run)) or {} for run in experiment.runs)
    seconds = [
        status["duration_seconds"]
        for status in statuses
        if status.get("status") == "completed" and isinstance(status.get("duration_seconds"), (int, float))
    ]
    return sum(seconds) / len(seconds) if seconds else None
