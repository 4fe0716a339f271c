"""A deliverable checked over the runs of an experiment, as stored in `deliverables/<name>.json`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from compiler.base.json_files import read_json
from compiler.deliverables.check import CheckResult, DeliverableStatus, TrackedRun
from compiler.deliverables.deliverable import Deliverable

SCHEMA_VERSION = 1
_WORST_FIRST: tuple[DeliverableStatus, ...] = (
    "invalid",
    "missing",
    "not_checked",
    "recorded_not_synced",
    "delivered",
)


@dataclass(frozen=True)
class RunCheck:
    """The check of a run. `validated` repeats whether the status is `delivered`. `outcomes` are those of its parts."""

    status: DeliverableStatus
    validated: bool
    detail: str
    tracked: TrackedRun | None = None
    outcomes: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, status: DeliverableStatus, detail: str) -> Self:
        return cls(status, status == "delivered", detail)

    @classmethod
    def of_result(cls, status: DeliverableStatus, result: CheckResult) -> Self:
        return cls(status, status == "delivered", result.detail, result.tracked, result.outcomes)


@dataclass(frozen=True)
class CheckedDeliverable:
    """The result of a deliverable check. `detail` is set if the check covers all runs together.

    `comparison` is the registered test, if the deliverable is one.
    """

    name: str
    type: str
    validation: str
    required: bool
    over: str
    status: DeliverableStatus
    runs: Mapping[str, RunCheck]
    detail: str | None = None
    comparison: Mapping[str, Any] | None = None

    @property
    def is_validated(self) -> bool:
        return self.status == "delivered"

    @property
    def summary(self) -> str:
        """The result of the check in one line."""
        missed = [check.detail for check in self.runs.values() if not check.validated]
        count = f"holds for {len(self.runs) - len(missed)} of {len(self.runs)} runs"
        return self.detail or (f"{count}; example of a failed check: {missed[0]}" if missed else count)

    @classmethod
    def of_runs(cls, spec: Deliverable, runs: Mapping[str, RunCheck]) -> Self:
        """Return a deliverable that is delivered if there are runs and all of them pass."""
        return cls(*_fields(spec), _worst_status([check.status for check in runs.values()]), runs)

    @classmethod
    def of_experiment(
        cls, spec: Deliverable, status: DeliverableStatus, detail: str, comparison: Mapping[str, Any] | None = None
    ) -> Self:
        """Return a deliverable that is checked once, over all runs together or on a report."""
        return cls(*_fields(spec), status, {}, detail, comparison)

    def to_json(self) -> dict[str, Any]:
        content = asdict(self) | {"schema_version": SCHEMA_VERSION}
        if self.detail is None:
            del content["detail"], content["comparison"]
        for check in content["runs"].values():
            for name in ("tracked", "outcomes"):
                if not check[name]:
                    del check[name]
        return content


def read_checked_deliverable(file: Path) -> CheckedDeliverable:
    """Read the file of a deliverable. Raises FileNotFoundError, or ValueError if it is invalid."""
    return TypeAdapter(CheckedDeliverable).validate_python(read_json(file))


def _worst_status(statuses: Collection[DeliverableStatus]) -> DeliverableStatus:
    """Return the worst status that a run has. Without runs, nothing is checked."""
    return next((status for status in _WORST_FIRST if status in statuses), "not_checked")


def _fields(spec: Deliverable) -> tuple[str, str, str, bool, str]:
    return spec.title, spec.type, spec.validation, spec.required, spec.over
