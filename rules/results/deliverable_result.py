"""The result of a deliverable check over the runs of an experiment, as stored in `deliverables/<name>.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self

from compiler.base.json_files import read_json
from compiler.deliverables.deliverable import Deliverable

SCHEMA_VERSION = 1
Status = Literal["validated", "failed"]


@dataclass(frozen=True)
class RunCheck:
    """The check of one run. `status` is the status of the run."""

    status: str
    validated: bool
    detail: str


@dataclass(frozen=True)
class DeliverableResult:
    """`detail` and `comparison` are set for a deliverable that is checked once over all runs together."""

    name: str
    type: str
    validation: str
    required: bool
    over: str
    status: Status
    runs: Mapping[str, RunCheck]
    detail: str | None = None
    comparison: Mapping[str, Any] | None = None

    @property
    def is_validated(self) -> bool:
        return self.status == "validated"

    @property
    def summary(self) -> str:
        """One sentence about the whole deliverable."""
        missed = [check.detail for check in self.runs.values() if not check.validated]
        count = f"holds for {len(self.runs) - len(missed)} of {len(self.runs)} runs"
        return self.detail or (f"{count}; of those that miss it: {missed[0]}" if missed else count)

    @classmethod
    def of(cls, spec: Deliverable, is_validated: bool, runs: Mapping[str, RunCheck], **fields: Any) -> Self:
        """Return a result with the fields of the deliverable filled in from the spec."""
        status: Status = "validated" if is_validated else "failed"
        return cls(spec.title, spec.type, spec.validation, spec.required, spec.over, status, runs, **fields)

    def to_json(self) -> dict[str, Any]:
        content = asdict(self) | {"schema_version": SCHEMA_VERSION}
        if self.detail is None:
            del content["detail"], content["comparison"]
        return content


def read_deliverable_result(file: Path) -> DeliverableResult:
    """Raises FileNotFoundError, or ValueError if the file is invalid."""
    content = read_json(file)
    runs = {run_id: RunCheck(**check) for run_id, check in content["runs"].items()}
    fields = {key: value for key, value in content.items() if key != "schema_version"}
    return DeliverableResult(**{**fields, "runs": runs})
