"""Define, write and read the gate of a stage: its requirements, those that were met, and who decided it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment

SCHEMA_VERSION = 1
Stage = Literal["runs", "deliverables", "quality_review", "reports"]
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True)
class FailedRequirement:
    name: str
    reason: str


@dataclass(frozen=True)
class Decision:
    """The decider of a gate. If `kind` is code, `name` is its module."""

    kind: Literal["code", "person"]
    name: str


@dataclass(frozen=True)
class Gate:
    """The gate of one stage. `inputs` are the files that decided it, with their sha256."""

    stage: Stage
    required: tuple[str, ...]
    failed: tuple[FailedRequirement, ...]
    decided_by: Decision
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.failed

    @property
    def held(self) -> tuple[str, ...]:
        """The requirements that were met."""
        failed = {requirement.name for requirement in self.failed}
        return tuple(name for name in self.required if name not in failed)

    def with_inputs(self, lab: Lab, files: Iterable[Path]) -> Gate:
        """Return the gate with the hashes of these files. Files that do not exist are left out."""
        existing = [file for file in files if file.is_file()]
        return replace(self, inputs={file.relative_to(lab.root).as_posix(): sha256_of_file(file) for file in existing})

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "stage": self.stage,
            "status": "passed" if self.passed else "failed",
            "required": list(self.required),
            "held": list(self.held),
            "failed": [asdict(requirement) for requirement in self.failed],
            "decided_by": asdict(self.decided_by),
            "inputs": dict(self.inputs),
        }


def decide(stage: Stage, reasons: Mapping[str, str], module: str) -> Gate:
    """Return a gate that code decides. `reasons` maps each requirement to why it failed, or to "" if it holds."""
    failed = tuple(FailedRequirement(name, reason) for name, reason in reasons.items() if reason)
    return Gate(stage, tuple(reasons), failed, Decision("code", module))


def write_gate(lab: Lab, experiment: str, gate: Gate) -> None:
    write_json(lab.gate_file(experiment, gate.stage), gate.to_json())


def read_gate(lab: Lab, experiment: str, stage: Stage) -> Gate | None:
    """Return a gate. None if its file is missing or damaged, so that it counts as not decided."""
    try:
        content = read_json(lab.gate_file(experiment, stage))
        failed = tuple(FailedRequirement(**requirement) for requirement in content["failed"])
        decided_by = Decision(content["decided_by"]["kind"], content["decided_by"]["name"])
        return Gate(content["stage"], tuple(content["required"]), failed, decided_by, content["inputs"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def document_stages(experiment: PlannedExperiment) -> tuple[Stage, ...]:
    """Return the stages of the documents. Without analyses and reports nothing is reviewed."""
    review: tuple[Stage, ...] = ("quality_review",) if experiment.analyses or experiment.reports else ()
    return (*review, "reports") if experiment.reports else review


def all_passed(gates: Sequence[Gate | None]) -> bool:
    """Return whether every gate is decided and passed."""
    return all(gate is not None and gate.passed for gate in gates)
