"""Determine which runs of an experiment its registration knows, or would know if it were built now."""

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
    """The known runs of an experiment, and how many of them its test compares.

    `standing` and `reason` are those of `results.json`, None and empty if it is not written. `is_outdated`: the results
    belong to a registration with another claim than that of the spec, so their verdict is not about this claim.
    """

    known_runs: tuple[str, ...]
    run_count: int
    known_compared_count: int
    compared_count: int
    has_test: bool
    standing: str | None
    reason: str
    is_outdated: bool = False

    @property
    def line(self) -> str:
        """The number of known runs and its consequence for the test, empty if no run is known."""
        known, total = len(self.known_runs), self.run_count
        if not known:
            return ""
        start = f"{known} of {total} runs {'is' if known == 1 else 'are'} known already"
        if not self.has_test:
            return f"{start}: the hypothesis is exploratory"
        if not self.known_compared_count:
            return f"{start}, in arms that the test does not compare"
        fresh = self.compared_count - self.known_compared_count
        if not fresh:
            return f"{start}: the test has no new runs (compare.fresh_seeds: true chooses new seeds)"
        arms = "" if self.compared_count == total else f", {fresh} of {self.compared_count} in the compared arms"
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
        times: the times of the finished runs, without those that a build would train again.
        results: the content of `results.json`, empty if there is none.
    """
    known = expected_known_runs(lab, chain, experiment.id, experiment.claim, experiment.runs, times)
    compared = experiment.tested_runs
    content = results.get("registration")
    registration = content if isinstance(content, dict) else {}  # an edited file can contain anything
    return RegistrationState(
        known_runs=known,
        run_count=len(experiment.runs),
        known_compared_count=len(set(known) & set(compared)),
        compared_count=len(compared),
        has_test=experiment.design.test is not None,
        standing=registration.get("standing"),
        reason=registration.get("reason") or "",
        is_outdated=_evaluated_claim(chain, experiment, registration) != experiment.claim,
    )


def _evaluated_claim(chain: Chain, experiment: PlannedExperiment, registration: Mapping[str, Any]) -> str:
    """Return the claim that the results are about: that of the spec if the results name no entry of the chain."""
    entries = chain.registrations_of(experiment.id)
    claims = (entry.claim for entry in entries if entry.sha256 == registration.get("sha256"))
    return next(claims, experiment.claim)
