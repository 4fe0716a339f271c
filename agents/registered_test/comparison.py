"""Define the result of the registered test, as stored in `comparison` of results.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from agents.facts.verdict import TestOutcome
from agents.registered_test.arms import Arm, arm_from_json
from agents.registered_test.claims import RegisteredTest, registered_test
from agents.registered_test.contrast import Contrast, contrast_from_json


@dataclass(frozen=True)
class Comparison:
    """The result of the registered test.

    `alpha` is the significance level of this look at the runs; without planned looks it is that of the test. `floor` is
    the smallest adjusted p attainable with these runs. `required_n` is the number of runs per arm (pairs) that the test
    needs to reach alpha; it is given if the verdict is untestable because of the number of runs. `claim_verdicts` are
    the verdicts of the claims of the test, in their order.
    """

    test: RegisteredTest
    alpha: float
    method: str
    family_size: int
    floor: float
    arms: tuple[Arm, ...]
    contrasts: tuple[Contrast, ...]
    claim_verdicts: tuple[TestOutcome, ...]
    verdict: TestOutcome
    required_n: int | None = None
    notes: tuple[str, ...] = ()

    def values_of(self, level: str) -> tuple[float, ...]:
        """Return the values of an arm, none if there is no arm of this level."""
        return next((arm.values for arm in self.arms if arm.level == level), ())

    def contrasts_of(self, claim: int) -> tuple[Contrast, ...]:
        """Return the contrasts of a claim, by its position in the test."""
        return tuple(contrast for contrast in self.contrasts if contrast.claim == claim)

    def family_of(self, contrast: Contrast) -> tuple[Contrast, ...]:
        """Return the contrasts over which the p of a contrast is adjusted. In a fixed order, each claim has alpha."""
        return self.contrasts_of(contrast.claim) if self.test.order == "fixed" else self.contrasts

    def to_json(self, reason: str) -> dict[str, Any]:
        """Return the entry in results.json. `reason` is the sentence of the verdict."""
        test = asdict(self.test)
        return {
            **test,
            "block": list(self.test.block),
            "generalize_to": list(self.test.generalize_to),
            "claims": [
                {**claim, "factors": list(claim["factors"]), "verdict": verdict}
                for claim, verdict in zip(test["claims"], self.claim_verdicts, strict=True)
            ],
            "look_alpha": self.alpha,
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
    """Return the comparison that `Comparison.to_json` wrote."""
    return Comparison(
        test=registered_test(data),
        alpha=data["look_alpha"],
        method=data["method"],
        family_size=data["family_size"],
        floor=data["floor"],
        arms=tuple(map(arm_from_json, data["arms"])),
        contrasts=tuple(map(contrast_from_json, data["contrasts"])),
        claim_verdicts=tuple(claim["verdict"] for claim in data["claims"]),
        verdict=data["verdict"],
        required_n=data["required_n"],
        notes=tuple(data["notes"]),
    )
