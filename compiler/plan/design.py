"""The design of an experiment: what is registered before its first run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class PlannedTest:
    """The registered test: the `compare` block of a spec with its defaults filled in."""

    metric: str
    goal: Literal["maximize", "minimize"]
    factor: str
    control: Any
    treatment: Any  # None: every other level of the factor
    alpha: float
    minimum_effect: float
    paired: bool

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedTest:
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class StudySize:
    """The planned number of points and runs, and of points at each level of the compared factor."""

    points: int
    runs: int
    levels: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        return {"points": self.points, "runs": self.runs, "levels": dict(self.levels)}


@dataclass(frozen=True, slots=True)
class Design:
    """Hypothesis, test, deliverables and planned size of an experiment. The plan's JSON calls it `promise`."""

    hypothesis: str
    research_question: str
    test: PlannedTest | None
    deliverables: Mapping[str, Mapping[str, Any]]
    planned: StudySize
    search: Mapping[str, Any] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Design:
        return cls(
            data["hypothesis"],
            data["research_question"],
            PlannedTest.from_json(data["compare"]) if data["compare"] else None,
            data["deliverables"],
            StudySize(**data["planned"]),
            data.get("search"),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "hypothesis": self.hypothesis,
            "research_question": self.research_question,
            "compare": self.test.to_json() if self.test else None,
            "deliverables": dict(self.deliverables),
            "planned": self.planned.to_json(),
        } | ({"search": self.search} if self.search is not None else {})
