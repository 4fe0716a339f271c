"""Define the standing of the registered test: whether it was fixed before the runs that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Standing = Literal["confirmatory", "exploratory", "unregistered"]


@dataclass(frozen=True)
class PlannedLook:
    """The number of this look in the registered plan, from 1, and the number of planned looks."""

    number: int
    looks: int


@dataclass(frozen=True)
class RegistrationStatus:
    """The standing of the registered test, and the registration that it rests on.

    `reason` is a clause that says why the test is not confirmatory, "" if it is. `fresh_runs` counts the runs that the
    test rests on: they started after the registration. `known_runs` are the other finished runs of its arms. `looks`
    counts the earlier evaluations that belong to no plan. `siblings` are other experiments with a test of these runs.
    """

    standing: Standing
    reason: str = ""
    registered_at: str = ""
    commit: str = ""
    spec_committed: bool | None = None
    fresh_runs: int = 0
    known_runs: tuple[str, ...] = ()
    looks: int = 0
    planned_look: PlannedLook | None = None
    siblings: tuple[str, ...] = ()

    @property
    def is_confirmatory(self) -> bool:
        return self.standing == "confirmatory"


def registration_status(data: Mapping[str, Any]) -> RegistrationStatus:
    """Return the standing in `registration` of results.json. Raises KeyError if a field is missing."""
    look = data["planned_look"]
    return RegistrationStatus(
        standing=data["standing"],
        reason=data["reason"],
        registered_at=data["registered_at"] or "",
        commit=data["commit"] or "",
        spec_committed=data["spec_committed"],
        fresh_runs=len(data["fresh_runs"]),
        known_runs=tuple(data["known_runs"]),
        looks=data["looks"],
        planned_look=PlannedLook(look["number"], look["looks"]) if look else None,
        siblings=tuple(data["siblings"]),
    )


def confirmatory() -> RegistrationStatus:
    """Return the standing of a test that was registered before all of its runs."""
    return RegistrationStatus("confirmatory")
