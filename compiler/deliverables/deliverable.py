"""The base class of deliverables, and the description of a deliverable type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from compiler.deliverables.check import CheckResult, FinishedRun

Check = Callable[[FinishedRun, Any], CheckResult]
FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
FileName = Annotated[str, Field(pattern=FILE_NAME, max_length=100)]


class Deliverable(BaseModel):
    """The fields of all types. A type adds fields and restricts `validation` to the checks that it has."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    type: str
    name: FileName | None = None
    path: str
    validation: str = "exists"
    required: bool = True
    over: Literal["all", "best"] = "all"  # check all runs, or only those of the best arm

    @field_validator("path")
    @classmethod
    def _check_inside_run(cls, path: str) -> str:
        parts = PurePosixPath(path)
        if (
            not path.strip()
            or not parts.parts
            or "\\" in path
            or "\0" in path
            or parts.is_absolute()
            or parts.parts[0].startswith("~")
            or ".." in parts.parts
        ):
            raise ValueError("must be a path inside the run's folder, such as output/metrics.json")
        return path

    @property
    def checked_report(self) -> str | None:
        """The title of the report of the experiment that is checked. None: the check reads runs."""
        return None

    @property
    def title(self) -> str:
        """The name of the deliverable in the spec, or its type if it has no name."""
        return self.name or self.type.rpartition(":")[2]

    def metrics(self) -> Mapping[str, str]:
        """Return the metrics that the training must write, by the field that names them."""
        return {}

    def lab_files(self, root: Path) -> tuple[str, ...]:  # noqa: ARG002
        """Return the files of the lab that the check reads. A change of one of them repeats the check."""
        return ()


@dataclass(frozen=True)
class DeliverableType:
    """A deliverable type: the schema of its fields, and for each validation the function that checks a run.

    A check that needs torch or wandb is given as text, `module:function`, and imported by the job that runs it.
    A type of scope `experiment` is checked once over all runs of the experiment.
    """

    name: str
    schema: type[Deliverable]
    checks: Mapping[str, Check | str]
    scope: Literal["run", "experiment"] = "run"


def exists(run: FinishedRun, spec: Deliverable) -> CheckResult:
    """Check that the file exists and is not empty, or that the folder contains at least one file."""
    path = run.folder / spec.path
    if path.is_dir():
        count = sum(1 for file in path.rglob("*") if file.is_file())
        return CheckResult(
            count > 0, f"{spec.path} contains {count} files" if count else f"{spec.path} is an empty folder"
        )
    if not path.is_file():
        return CheckResult(False, f"{spec.path} is missing")
    size = path.stat().st_size
    return CheckResult(size > 0, f"{spec.path} has {size} bytes" if size else f"{spec.path} is empty")
