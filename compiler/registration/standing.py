"""Decide whether a verdict is confirmatory: whether the test was registered before every run that it rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from compiler.registration.chain import Chain
from compiler.registration.entry import LookEntry, RegistrationEntry

StandingName = Literal["confirmatory", "exploratory", "unregistered"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a verdict is confirmatory, and why not. `entry` is the first registration of the claim."""

    name: StandingName
    reason: str
    entry: RegistrationEntry | None


def standing(
    chain: Chain,
    experiment_id: str,
    claim: str,
    *,
    fresh: Collection[str],
    known: Collection[str],
    unplanned_looks: Sequence[LookEntry] = (),
    plan_problem: str = "",
    is_declared_exploratory: bool = False,
    is_testable: bool = True,
    required_n: int | None = None,
) -> Standing:
    """Return the standing of a verdict.

    Args:
        fresh: the runs that the registered test rests on.
        known: the other finished runs of the test, which the registration did not precede.
        unplanned_looks: earlier looks at the experiment that do not belong to a registered plan.
        plan_problem: why this look does not belong to the registered plan, if there is a plan.
        is_declared_exploratory: whether the spec declares the experiment exploratory.
        is_testable: whether the fresh runs are enough for a verdict.
        required_n: the number of runs per arm that a verdict needs, if they are too few.
    """
    latest = chain.latest_registration(experiment_id)
    if latest is None or latest.claim != claim:
        return Standing("unregistered", "no registration was written before the runs", None)
    entry = next(entry for entry in chain.registrations_of(experiment_id) if entry.claim == claim)
    reasons = [
        "the experiment is declared exploratory" if is_declared_exploratory else "",
        _untestable(len(known), len(fresh), required_n) if known and not (fresh and is_testable) else "",
        _after_looks(len(unplanned_looks)),
        plan_problem,
    ]
    reason = "; ".join(filter(None, reasons))
    return Standing("exploratory" if reason else "confirmatory", reason, entry)


def _after_looks(count: int) -> str:
    looks = "1 earlier look" if count == 1 else f"{count} earlier looks"
    return f"the test was evaluated after {looks} at results of this experiment" if count else ""


def _untestable(known: int, fresh: int, required_n: int | None) -> str:
    """Return why the runs that the registration did not know are too few, and how many a verdict needs."""
    needed = f"; the test needs {required_n} new runs per arm" if required_n else ""
    if known + fresh == 1:
        return "the run was known before the registration"
    if not fresh:
        return f"all {known} runs were known before the registration{needed}"
    verb = "are" if fresh > 1 else "is"
    return f"{known} of {known + fresh} runs were known before the registration, and {fresh} {verb} too few{needed}"
