"""What every deliverable type is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from compiler.deliverables.check import CheckResult, FinishedRun

Check = Callable[[FinishedRun, Any], CheckResult]
FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
FileName = Annotated[str, Field(pattern=FILE_NAME, max_length=100)]


class Deliverable(BaseModel):
    """The fields of every type; a type adds its own, and narrows `validation` to what it can check."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    type: str
    name: FileName | None = None
    path: str
    validation: str = "exists"
    required: bool = True
    over: Literal["all", "best"] = "all"

    @field_validator("path")
    @classmethod
    def _inside_the_run(cls, path: str) -> str:
        parts = PurePosixPath(path)
        if (
            not path.strip()
            or not parts.parts
            or "\\" in path
            or "\0" in path
            or parts.is_absolute()
            or ".." in parts.parts
        ):
            raise ValueError("must be a path inside the run's folder, such as output/metrics.json")
        return path

    @property
    def title(self) -> str:
        """Its name is its type unless the spec names it."""
        return self.name or self.type.rpartition(":")[2]

    def metrics(self) -> Mapping[str, str]:
        """Metrics it needs of a training, by the field that names them."""
        return {}


@dataclass(frozen=True)
class DeliverableType:
    """One type: the schema of its fields, and for each validation the function that checks a run.

    A check that needs torch or wandb is named as `module:function`, and imported by the job that runs it.
    A type of scope `experiment` is checked once, over all its runs.
    """

    name: str
    schema: type[Deliverable]
    checks: Mapping[str, Check | str]
    scope: Literal["run", "experiment"] = "run"


def exists(evidence: FinishedRun, spec: Deliverable) -> CheckResult:
    """The promised file is there and not empty; a promised folder holds at least one file."""
    path = evidence.folder / spec.path
    if path.is_dir():
        count = sum(1 for file in path.rglob("*") if file.is_file())
        return CheckResult(
            count > 0, f"{spec.path} contains {count} files" if count else f"{spec.path} is an empty folder"
        )
    if not path.is_file():
        return CheckResult(False, f"{spec.path} is missing")
    size = path.stat().st_size
    return CheckResult(size > 0, f"{spec.path} has {size} bytes" if size else f"{spec.path} is empty")
