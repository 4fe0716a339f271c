"""Define the result of planning an experiment: its power, the seeds for the wanted power, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agents.planning.assumptions import Assumptions
from agents.planning.power import Power
from agents.registered_test.claims import RegisteredTest
from rules.planning.standard_deviation import StandardDeviation


@dataclass(frozen=True)
class PowerPlan:
    """The power with the runs of the spec, and with the seeds that the wanted power takes, None if 100 do not suffice.

    `seconds` is the mean duration of a finished run, None if there are none.
    """

    experiment_id: str
    test: RegisteredTest
    claim_texts: tuple[str, ...]
    sd: StandardDeviation
    assumptions: Assumptions
    wanted: float
    written: Power
    required: Power | None
    seconds: float | None
    notes: tuple[str, ...] = ()

    def hours(self, runs: int) -> float | None:
        return None if self.seconds is None else runs * self.seconds / 3600

    def to_json(self) -> dict[str, Any]:
        claims = zip(self.claim_texts, self.test.claims, self.assumptions.effects, strict=True)
        return {
            "experiment_id": self.experiment_id,
            "alpha": self.test.alpha,
            "claims": [
                {
                    "text": text,
                    "metric": claim.metric,
                    "effect": effect.improvement,
                    "effect_source": effect.source,
                    "sd": self.sd.by_metric[claim.metric],
                }
                for text, claim, effect in claims
            ],
            "sd_source": self.sd.source,
            "wanted_power": self.wanted,
            "written": self._with_cost(self.written),
            "required": self.required and self._with_cost(self.required),
            "notes": list(self.notes),
        }

    def _with_cost(self, power: Power) -> dict[str, Any]:
        return power.to_json() | {"hours": self.hours(power.runs)}
