"""Define, write and read the gate of a stage: its requirements, those that were met, who decided it and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.stages.names import STAGE_OF, GateName

SCHEMA_VERSION = 2
_MAX_REASONS = 3  # in the sentence that states why a gate is closed; `failed` lists all


@dataclass(frozen=True)
class FailedRequirement:
    name: str
    reason: str


@dataclass(frozen=True)
class Decider:
    """Who decided a gate. The name of code is its module, that of a policy its level of autonomy."""

    kind: Literal["code", "person", "policy"]
    name: str


@dataclass(frozen=True)
class Gate:
    """The gate of one stage. `why` is a sentence. `inputs` are the files that decided it, with their sha256."""

    name: GateName
    required: tuple[str, ...]
    failed: tuple[FailedRequirement, ...]
    decided_by: Decider
    why: str
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
            "gate": self.name,
            "stage": STAGE_OF[self.name],
            "status": "passed" if self.passed else "failed",
            "why": self.why,
            "required": list(self.required),
            "held": list(self.held),
            "failed": [asdict(requirement) for requirement in self.failed],
            "decided_by": asdict(self.decided_by),
            "inputs": dict(self.inputs),
        }


def decide(name: GateName, reasons: Mapping[str, str], decided_by: str | Decider, why_passed: str) -> Gate:
    """Return a gate.

    Args:
        reasons: maps each requirement to why it failed, or to "" if it holds.
        decided_by: who decided the gate; a text is the module of the code that did.
        why_passed: a sentence that states what holds if every requirement does.
    """
    failed = tuple(FailedRequirement(requirement, reason) for requirement, reason in reasons.items() if reason)
    decider = Decider("code", decided_by) if isinstance(decided_by, str) else decided_by
    return Gate(name, tuple(reasons), failed, decider, _why_closed(failed, len(reasons)) if failed else why_passed)


def _why_closed(failed: Sequence[FailedRequirement], count: int) -> str:
    listed = "; ".join(f"{requirement.name}: {requirement.reason}" for requirement in failed[:_MAX_REASONS])
    more = f"; and {len(failed) - _MAX_REASONS} more" if len(failed) > _MAX_REASONS else ""
    return f"{len(failed)} of {count} requirements {'does' if len(failed) == 1 else 'do'} not hold: {listed}{more}"


def write_gate(lab: Lab, experiment: str, gate: Gate) -> None:
    write_json(lab.gate_file(experiment, gate.name), gate.to_json())


def read_gate(lab: Lab, experiment: str, name: GateName) -> Gate | None:
    """Return a gate. None if its file is missing or damaged, so that it counts as not decided."""
    try:
        content = read_json(lab.gate_file(experiment, name))
        failed = tuple(FailedRequirement(**requirement) for requirement in content["failed"])
        decided_by = Decider(content["decided_by"]["kind"], content["decided_by"]["name"])
        required, inputs = tuple(content["required"]), content["inputs"]
        return Gate(content["gate"], required, failed, decided_by, content["why"], inputs)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def document_gates(experiment: PlannedExperiment) -> tuple[GateName, ...]:
    """Return the gates of the documents. Without analyses and reports nothing is reviewed."""
    analysis: tuple[GateName, ...] = ("analysis",) if experiment.analyses or experiment.reports else ()
    return (*analysis, "reports") if experiment.reports else analysis


def all_passed(gates: Sequence[Gate | None]) -> bool:
    """Return whether every gate is decided and passed."""
    return all(gate is not None and gate.passed for gate in gates)
