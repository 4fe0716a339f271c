"""Define a run in the plan, and the file that its training job reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.base.json_files import parse_json
from compiler.spec.resources import Resources

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One training, with the fields that the Snakemake rules read. Its config is in a separate file (`RunJob`)."""

    id: str
    fingerprint: str
    data: tuple[str, ...]  # paths of the tracked data that it reads
    resources: Resources
    experiments: tuple[str, ...]  # ids of the experiments that use it
    fusion: str = ""  # the group of runs that one job may train together; "" if it is trained alone

    @classmethod
    def from_json(cls, run_id: str, data: Mapping[str, Any]) -> PlannedRun:
        resources, fusion = Resources.from_json(data["resources"]), data.get("fusion", "")
        return cls(run_id, data["fingerprint"], tuple(data["data"]), resources, tuple(data["experiments"]), fusion)

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the plan, where the id is the key."""
        return {
            "fingerprint": self.fingerprint,
            "data": list(self.data),
            "resources": self.resources.to_json(),
            "experiments": list(self.experiments),
            **({"fusion": self.fusion} if self.fusion else {}),
        }


@dataclass(frozen=True, slots=True)
class RunJob:
    """The input of a training job: the resolved config of a run and the versions of its data and code.

    `source` has the hash of each source file in the fingerprint. It is empty in the file of the job, because the
    training reads its source itself.
    """

    run_id: str
    config: Mapping[str, Any]
    data: Mapping[str, str]  # version of each tracked path
    fingerprint: str
    resources: Resources
    experiments: tuple[str, ...]
    source: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RunJob:
        return cls(
            data["run_id"],
            data["config"],
            data["data"],
            data["fingerprint"],
            Resources.from_json(data["resources"]),
            tuple(data["experiments"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "run_id": self.run_id,
            "config": self.config,
            "data": dict(self.data),
            "fingerprint": self.fingerprint,
            "resources": self.resources.to_json(),
            "experiments": list(self.experiments),
        }


def read_run_job(file: Path) -> RunJob:
    """Return the input of a training job. Raises FileNotFoundError, or ValueError if the file is not JSON."""
    return parse_run_job(file.read_bytes())


def parse_run_job(content: bytes) -> RunJob:
    """Return the input of a training job. Raises ValueError if the text is not JSON."""
    return RunJob.from_json(parse_json(content.decode("utf-8")))
