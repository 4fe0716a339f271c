"""Determine how many runs of an experiment are known already, before and after its registration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.registration.chain import Chain
from compiler.registration.evidence import expected_known_runs
from compiler.registration.times import RunTimes


@dataclass(frozen=True)
class RegistrationState:
    """The known runs of an experiment, of all and of those that its test compares.

    `standing` and `reason` are those of `results.json`, None and empty if it is not written.
    """

    known_runs: tuple[str, ...]
    runs: int
    known_tested: int
    tested: int
    has_test: bool
    standing: str | None
    reason: str

    @property
    def line(self) -> str:
        """What the known runs mean for the test, empty if none is known."""
        known, total = len(self.known_runs), self.runs
        if not known:
            return ""
        start = f"{known} of {total} runs {'is' if known == 1 else 'are'} known already"
        if not self.has_test:
            return f"{start}: the hypothesis is exploratory"
        if not self.known_tested:
            return f"{start}, in arms that the test does not compare"
        fresh = self.tested - self.known_tested
        if not fresh:
            return f"{start}: the test has no new runs (compare.fresh_seeds: true chooses new seeds)"
        arms = "" if self.tested == total else f", {fresh} of {self.tested} in the compared arms"
        return f"{start}: the test will rest on {total - known}{arms}"


def registration_state(
    lab: Lab,
    chain: Chain,
    experiment: PlannedExperiment,
    times: Mapping[str, RunTimes],
    results: Mapping[str, Any],
) -> RegistrationState:
    """Return the state of an experiment.

    Args:
        times: the times of all finished runs.
        results: the content of `results.json`, empty if there is none.
    """
    known = expected_known_runs(lab, chain, experiment.id, experiment.claim, experiment.runs, times)
    tested = experiment.tested_runs
    recorded = results.get("registration")
    registration = recorded if isinstance(recorded, dict) else {}
    return RegistrationState(
        known_runs=known,
        runs=len(experiment.runs),
        known_tested=len(set(known) & set(tested)),
        tested=len(tested),
        has_test=experiment.design.test is not None,
        standing=registration.get("standing"),
        reason=registration.get("reason") or "",
    )
