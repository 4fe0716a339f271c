"""The registration of the tested claim in `results.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PlannedLook:
    """The look of a registered plan that the verdict belongs to, from 1, with its two-sided significance level."""

    number: int
    looks: int
    seeds: int
    alpha: float


@dataclass(frozen=True)
class RegistrationResults:
    """The registration of the claim, and whether the verdict is confirmatory.

    `entry` and `sha256` name the first registration of the claim in the chain. `fresh_runs` are the runs that the test
    rests on. `known_runs` were known before the registration. Both include arms that the test does not compare. `looks`
    counts the earlier looks that do not belong to a plan. `siblings` are other experiments that registered a test over
    the same runs.
    """

    entry: int | None
    sha256: str | None
    registered_at: str | None
    commit: str | None
    spec_committed: bool | None
    standing: Literal["confirmatory", "exploratory", "unregistered"]
    reason: str
    fresh_runs: tuple[str, ...]
    known_runs: tuple[str, ...]
    looks: int
    planned_look: PlannedLook | None
    siblings: tuple[str, ...]
