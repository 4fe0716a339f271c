"""A deliverable checked over the runs of an experiment, as stored in `deliverables/<name>.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import TypeAdapter

from compiler.base.json_files import read_json
from compiler.deliverables.deliverable import Deliverable

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class RunCheck:
    """The check of one run. `status` is the status of the run."""

    status: str
    validated: bool
    detail: str


@dataclass(frozen=True)
class CheckedDeliverable:
    """The result of a deliverable check. `detail` and `comparison` are set if all runs are checked together."""

    name: str
    type: str
    validation: str
    required: bool
    over: str
    status: Literal["validated", "failed"]
    runs: Mapping[str, RunCheck]
    detail: str | None = None
    comparison: Mapping[str, Any] | None = None

    @property
    def is_validated(self) -> bool:
        return self.status == "validated"

    @property
    def summary(self) -> str:
        """The result of the check in one line."""
        missed = [check.detail for check in self.runs.values() if not check.validated]
        count = f"holds for {len(self.runs) - len(missed)} of {len(self.runs)} runs"
        return self.detail or (f"{count}; example of a failed check: {missed[0]}" if missed else count)

    @classmethod
    def of_runs(cls, spec: Deliverable, runs: Mapping[str, RunCheck]) -> Self:
        """Return a deliverable that is validated if there are runs and all of them pass."""
        passes = bool(runs) and all(check.validated for check in runs.values())
        return cls(*_fields(spec), "validated" if passes else "failed", runs)

    @classmethod
    def of_experiment(cls, spec: Deliverable, passes: bool, detail: str, comparison: Mapping[str, Any]) -> Self:
        """Return a deliverable that is checked once over all runs together."""
        return cls(*_fields(spec), "validated" if passes else "failed", {}, detail, comparison)

    def to_json(self) -> dict[str, Any]:
        content = asdict(self) | {"schema_version": SCHEMA_VERSION}
        if self.detail is None:
            del content["detail"], content["comparison"]
        return content


def read_checked_deliverable(file: Path) -> CheckedDeliverable:
    """Read the file of a deliverable. Raises FileNotFoundError, or ValueError if it is invalid."""
    return TypeAdapter(CheckedDeliverable).validate_python(read_json(file))


def _fields(spec: Deliverable) -> tuple[str, str, str, bool, str]:
    return spec.title, spec.type, spec.validation, spec.required, spec.over
