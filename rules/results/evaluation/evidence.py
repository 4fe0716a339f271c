"""Select the runs that the registered test of an experiment rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.statistics.alpha_spending import spent_alphas
from compiler.base.seed import SEED
from compiler.plan.design import PlannedTest
from compiler.plan.model import PlannedExperiment
from compiler.registration.chain import Chain
from compiler.registration.evidence import fresh_runs
from compiler.registration.times import RunTimes
from lightning_modules.failures.kinds import is_transient
from rules.results.content.registration import PlannedLook
from rules.results.run_record import RunRecord


@dataclass(frozen=True)
class RegisteredEvidence:
    """The runs of an experiment: fresh evidence, those that were known before, and those that are tried again.

    `seeds` has the seed of each run that the test compares. `plan_problem` is why these runs are not those of a
    planned look.
    """

    fresh: tuple[str, ...]
    known: tuple[str, ...]
    unfinished: tuple[str, ...]
    seeds: Mapping[str, Any]
    planned_look: PlannedLook | None
    plan_problem: str

    @property
    def tested_fresh(self) -> tuple[str, ...]:
        return tuple(run for run in self.fresh if run in self.seeds)

    @property
    def tested_known(self) -> tuple[str, ...]:
        return tuple(run for run in self.known if run in self.seeds)

    @property
    def is_complete(self) -> bool:
        """Whether all compared runs have a result."""
        return not any(run in self.seeds for run in self.unfinished)

    @property
    def alpha(self) -> float | None:
        """The significance level of the planned look, None if that of the test applies."""
        return self.planned_look.alpha if self.planned_look else None


def registered_evidence(
    chain: Chain, experiment: PlannedExperiment, runs: Mapping[str, RunRecord]
) -> RegisteredEvidence:
    """Return the evidence for the current claim of an experiment.

    Args:
        runs: the runs of the experiment by id.
    """
    tested = set(experiment.tested_runs)
    finished = {run: _times(runs[run]) for run in experiment.runs if _is_finished(runs[run])}
    fresh = fresh_runs(chain, experiment.id, experiment.claim, finished)
    seeds = {point.run: point.overrides.get(SEED) for point in experiment.points if point.run in tested}
    known = tuple(run for run in finished if run not in fresh)
    look, problem = _planned_look(experiment.design.test, seeds, sum(run in seeds for run in known))
    return RegisteredEvidence(
        fresh=tuple(run for run in finished if run in fresh),
        known=known,
        unfinished=tuple(run for run in experiment.runs if run not in finished),
        seeds=seeds,
        planned_look=look,
        plan_problem=problem,
    )


def _planned_look(
    test: PlannedTest | None, seeds: Mapping[str, Any], known_runs: int
) -> tuple[PlannedLook | None, str]:
    """Return the planned look at this number of seeds, and why it does not belong to the plan, if looks are planned.

    Alpha is spent in proportion to the new runs, so all runs of a planned look must be new.
    """
    if test is None or test.looks is None:
        return None, ""
    numbers, count = test.looks.seeds, len({repr(seed) for seed in seeds.values()})
    if count not in numbers:
        return None, f"the registered plan has no look at {count} seeds (looks.seeds: {', '.join(map(str, numbers))})"
    alphas = spent_alphas(test.alpha, [number / numbers[-1] for number in numbers], test.looks.spending)
    index = numbers.index(count)
    problem = f"{known_runs} runs of this planned look were known before the registration" if known_runs else ""
    return PlannedLook(index + 1, len(numbers), count, alphas[index]), problem


def _times(run: RunRecord) -> RunTimes:
    return RunTimes(run.status.started_at, run.status.completed_at)


def _is_finished(run: RunRecord) -> bool:
    """Return whether the run has a result. A failure of the machine is not a result of the run."""
    return run.status.error is None or not is_transient(run.status.error.kind)
