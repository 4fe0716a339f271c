"""Define the registered test and its result, as stored in `comparison` of results.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, get_args

from agents.facts.ids import label
from agents.facts.verdict import TestOutcome
from agents.registered_test.arms import Arm, arm_from_json
from agents.registered_test.contrast import Contrast, contrast_from_json
from agents.statistics import Goal


class UnusableTest(ValueError):
    """Raised for a registration whose test could not be carried out with any runs."""


@dataclass(frozen=True)
class RegisteredTest:
    """The test that is fixed before the first run.

    If `treatment` is None, every other level is compared with the control. `minimum_effect` is in the unit of the
    metric, in the direction of the goal. `paired` requires that runs with equal units (seeds) share split and
    initialisation. Raises UnusableTest.
    """

    metric: str
    goal: Goal
    factor: str
    control: str
    treatment: str | None = None
    alpha: float = 0.05
    minimum_effect: float = 0.0
    paired: bool = False

    def __post_init__(self) -> None:
        if self.goal not in get_args(Goal):
            raise UnusableTest(f"compare.goal: must be 'maximize' or 'minimize', got '{self.goal}'")
        if not 0 < self.alpha < 1:
            raise UnusableTest(f"compare.alpha: must be between 0 and 1, got {self.alpha}")
        if not 0 <= self.minimum_effect < float("inf"):
            raise UnusableTest(
                f"compare.minimum_effect: must be finite and not negative, got {self.minimum_effect} (the goal gives"
                " the direction)"
            )
        if self.treatment == self.control:
            raise UnusableTest(f"compare.treatment: '{self.control}' is the control (name another level, or none)")


@dataclass(frozen=True)
class Comparison:
    """The result of the registered test.

    `floor` is the smallest adjusted p attainable with these runs. `required_n` is the number of runs per arm (pairs)
    that the test needs to reach alpha; it is given if the verdict is untestable.
    """

    test: RegisteredTest
    method: str
    family_size: int
    floor: float
    arms: tuple[Arm, ...]
    contrasts: tuple[Contrast, ...]
    verdict: TestOutcome
    required_n: int | None = None
    notes: tuple[str, ...] = ()

    def values_of(self, level: str) -> tuple[float, ...]:
        return next((arm.values for arm in self.arms if arm.level == level), ())

    def to_json(self, reason: str) -> dict[str, Any]:
        """Return the entry in results.json. `reason` is the sentence of the verdict."""
        return {
            **asdict(self.test),
            "method": self.method,
            "family_size": self.family_size,
            "floor": self.floor,
            "arms": [arm.to_json() for arm in self.arms],
            "contrasts": [contrast.to_json() for contrast in self.contrasts],
            "verdict": self.verdict,
            "required_n": self.required_n,
            "notes": list(self.notes),
            "reason": reason,
        }


def comparison_from_json(data: Mapping[str, Any]) -> Comparison:
    test = RegisteredTest(**{field.name: data[field.name] for field in fields(RegisteredTest) if field.name in data})
    return Comparison(
        test=test,
        method=data["method"],
        family_size=data["family_size"],
        floor=data["floor"],
        arms=tuple(map(arm_from_json, data["arms"])),
        contrasts=tuple(map(contrast_from_json, data["contrasts"])),
        verdict=data["verdict"],
        required_n=data["required_n"],
        notes=tuple(data["notes"]),
    )


def registered_test(spec_compare: Mapping[str, Any]) -> RegisteredTest:
    """Return the test of the `compare` block of a spec, with its levels as labels. Raises UnusableTest."""
    treatment = spec_compare.get("treatment")
    return RegisteredTest(
        metric=spec_compare["metric"],
        goal=spec_compare["goal"],
        factor=spec_compare["factor"],
        control=label(spec_compare["control"]),
        treatment=None if treatment is None else label(treatment),
        alpha=float(spec_compare.get("alpha", 0.05)),
        minimum_effect=float(spec_compare.get("minimum_effect", 0.0)),
        paired=bool(spec_compare.get("paired", False)),
    )
