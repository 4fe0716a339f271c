"""One entry of the genealogy: the parent of an experiment and what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Modification:
    """A parameter whose value differs between a parent and its child; None if one of them has no such key."""

    parameter: str
    before: Any
    after: Any

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Modification:
        return cls(data["parameter"], data["from"], data["to"])

    def to_json(self) -> dict[str, Any]:
        return {"parameter": self.parameter, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class GenealogyEntry:
    experiment_id: str
    parent_experiment: str | None
    parent_source: Literal["declared", "nearest"] | None
    modifications: tuple[Modification, ...]
    rationale: str
    hypothesis: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> GenealogyEntry:
        return cls(**{**data, "modifications": tuple(map(Modification.from_json, data["modifications"]))})

    def to_json(self) -> dict[str, Any]:
        return {
            "experiment_id": self.experiment_id,
            "parent_experiment": self.parent_experiment,
            "parent_source": self.parent_source,
            "modifications": [change.to_json() for change in self.modifications],
            "rationale": self.rationale,
            "hypothesis": self.hypothesis,
        }
