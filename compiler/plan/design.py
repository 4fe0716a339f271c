"""The design of an experiment: what is registered before its first run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

Goal = Literal["maximize", "minimize"]
ClaimType = Literal["superiority", "noninferiority", "equivalence", "interaction"]


@dataclass(frozen=True, slots=True)
class PlannedClaim:
    """One claim of the registered test, with its defaults filled in.

    The treatment is a level of the factor. It is None for the claim that some level beside the control is superior.
    `text` is the claim as a sentence, which code writes.
    """

    type: ClaimType
    treatment: Any
    margin: float  # not negative, in the unit of the metric
    metric: str
    goal: Goal
    factors: tuple[str, ...] = ()  # of an interaction: the tested factor, and the one that changes its effect
    primary: bool = True
    text: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedClaim:
        return cls(**dict(data) | {"factors": tuple(data["factors"])})

    def to_json(self) -> dict[str, Any]:
        return _fields(self) | {"factors": list(self.factors)}


@dataclass(frozen=True, slots=True)
class PlannedLooks:
    """The numbers of seeds at which the test is evaluated, and the function by which alpha is spent."""

    seeds: tuple[int, ...]
    spending: Literal["obrien_fleming", "pocock"]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedLooks:
        return cls(tuple(data["seeds"]), data["spending"])

    def to_json(self) -> dict[str, Any]:
        return {"seeds": list(self.seeds), "spending": self.spending}


@dataclass(frozen=True, slots=True)
class PlannedTest:
    """The registered test: the `compare` and `claims` of a spec with their defaults filled in.

    `treatment` and `minimum_effect` are those of `compare`. The test decides the claims.
    """

    metric: str
    goal: Goal
    factor: str
    control: Any
    treatment: Any  # None: some level beside the control, or the claims name their treatments
    alpha: float
    minimum_effect: float
    paired: bool
    claims: tuple[PlannedClaim, ...] = ()
    on_failure: Literal["worst", "refuse", "exclude"] = "worst"
    worst: float | None = None  # value of a failed run; None: the worst observed value
    block: tuple[str, ...] = ()  # the arms are compared within each setting of these keys
    aggregate: Literal["mean", "iqm"] = "mean"
    generalize_to: tuple[str, ...] = ("seed",)
    order: Literal["holm", "fixed"] = "holm"
    looks: PlannedLooks | None = None
    folds: int | None = None  # of a cross-validation, whose fold is then the only block

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of all claims, without duplicates."""
        return tuple(dict.fromkeys(claim.metric for claim in self.claims)) or (self.metric,)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlannedTest:
        looks = data.get("looks")
        typed = {
            "claims": tuple(map(PlannedClaim.from_json, data.get("claims", ()))),
            "block": tuple(data.get("block", ())),
            "generalize_to": tuple(data.get("generalize_to", ("seed",))),
            "looks": PlannedLooks.from_json(looks) if looks else None,
        }
        return cls(**dict(data) | typed)

    def to_json(self) -> dict[str, Any]:
        fields = _fields(self) if self.folds else {key: v for key, v in _fields(self).items() if key != "folds"}
        return fields | {
            "claims": [claim.to_json() for claim in self.claims],
            "block": list(self.block),
            "generalize_to": list(self.generalize_to),
            "looks": self.looks.to_json() if self.looks else None,
        }


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


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
