"""Decide what failed runs count as: the worst value, nothing, or a reason not to carry out the test."""

from __future__ import annotations

from collections.abc import Sequence

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation

_MIN_COMPLETED = 2  # runs of an arm


class NotCompared(Exception):
    """Raised if no result of these runs could decide the claim. `needs_runs` is true if more runs would help."""

    def __init__(self, reason: str, *, needs_runs: bool = False) -> None:
        super().__init__(reason)
        self.needs_runs = needs_runs


def check_failures(test: RegisteredTest, claim: RegisteredClaim, *arms: Sequence[Observation]) -> None:
    """Check that the failed runs of the compared arms allow the test. Raises NotCompared."""
    runs = [run for arm in arms for run in arm]
    by_machine = sum(run.failure == "machine" for run in runs)
    if by_machine:
        raise NotCompared(f"{by_machine} run(s) failed because of the machine, and the next build trains them again")
    completed = [run for run in runs if run.failure is None]
    if completed and all(run.value(claim.metric) is None for run in completed):
        raise NotCompared(f"no completed run has a finite value of {claim.metric}")
    if min(sum(run.value(claim.metric) is not None for run in arm) for arm in arms) < _MIN_COMPLETED:
        raise NotCompared("an arm has fewer than two completed runs", needs_runs=True)
    failed = sum(run.value(claim.metric) is None for run in runs)
    if not failed:
        return
    if test.on_failure == "refuse":
        raise NotCompared(f"{failed} run(s) failed, and the registered test refuses failed runs")
    if test.on_failure == "worst" and _declared_worst(test, claim) is None and claim.type != "superiority":
        raise NotCompared(
            f"{failed} run(s) failed, and a claim of {claim.type} then needs the worst possible value of the metric"
            " (compare.worst): the worst observed value may be far too good"
        )


def value_of_failed_runs(
    test: RegisteredTest, claim: RegisteredClaim, completed: Sequence[float], sign: float
) -> float | None:
    """Return the value of a failed run, multiplied by `sign`, or None if failed runs are excluded.

    It is the registered worst value, and never better than a value observed in the compared arms. The worst value of
    the same block is not used: in a block of one pair it would be the value of the partner, and a failure would count
    as no difference.
    """
    if test.on_failure == "exclude":
        return None
    declared, worst_observed = _declared_worst(test, claim), min(completed)
    return worst_observed if declared is None else min(sign * declared, worst_observed)


def _declared_worst(test: RegisteredTest, claim: RegisteredClaim) -> float | None:
    """Return the registered worst value, which is a value of the metric of the test and of no other metric."""
    return test.worst if claim.metric == test.metric else None
