"""Define a hyperparameter search in the plan: its settings, the trials suggested so far, and the rounds to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from compiler.plan.planned_run import PlannedRun


@dataclass(frozen=True, slots=True)
class PlannedTrial:
    """One parameter setting of a search. `number` counts all trials from 0, `round` counts rounds from 1."""

    number: int
    round: int
    params: Mapping[str, Any]
    runs: tuple[str, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedTrial:
        return cls(data["number"], data["round"], data["params"], tuple(data["runs"]))

    def to_json(self) -> dict[str, Any]:
        return {"number": self.number, "round": self.round, "params": dict(self.params), "runs": list(self.runs)}


@dataclass(frozen=True, slots=True)
class PlannedSearch:
    """A search. `probes` are example runs that show which data and resources the runs of later rounds need."""

    id: str
    sampler: str
    seed: int
    metric: str
    goal: Literal["maximize", "minimize"]
    budget: int  # in runs
    runs_per_trial: int
    batch: int  # trials of one round
    space: Mapping[str, Mapping[str, Any]]
    trials: tuple[PlannedTrial, ...]
    probes: tuple[PlannedRun, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedSearch:
        return cls(
            **{name: data[name] for name in _SETTINGS},
            trials=tuple(map(PlannedTrial.from_json, data["trials"])),
            probes=tuple(PlannedRun.from_json("", probe) for probe in data["probes"]),
        )

    def to_json(self) -> dict[str, Any]:
        settings = {name: getattr(self, name) for name in _SETTINGS}
        trials, probes = ([value.to_json() for value in values] for values in (self.trials, self.probes))
        return settings | {"trials": trials, "probes": probes}

    @property
    def rounds_to_come(self) -> dict[int, int]:
        """The size of each round that is not suggested yet, in trials, by the number of the round."""
        first = 1 + (self.trials[-1].round if self.trials else 0)
        trials_left = self.budget // self.runs_per_trial - len(self.trials)
        sizes = [min(self.batch, trials_left - start) for start in range(0, trials_left, self.batch)]
        return dict(enumerate(sizes, start=first))

    @property
    def runs_to_come(self) -> int:
        """The number of runs that are not suggested yet."""
        return sum(self.rounds_to_come.values()) * self.runs_per_trial


_SETTINGS = ("id", "sampler", "seed", "metric", "goal", "budget", "runs_per_trial", "batch", "space")
