"""Define the registered test and its claims, with levels as labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from agents.facts.ids import label
from agents.statistics import Goal

ClaimType = Literal["superiority", "noninferiority", "equivalence", "interaction"]


class UnusableTest(ValueError):
    """Raised for a registration whose test could not be carried out with any runs."""


@dataclass(frozen=True)
class RegisteredClaim:
    """One claim about the improvement d, treatment minus control, positive in the direction of the goal.

    `margin` bounds the region of d: d > margin (superiority), d > -margin (noninferiority), |d| < margin (equivalence),
    or a difference of more than `margin` between the d at the two levels of the second of the `factors` (interaction).
    If `treatment` is None, the claim is that some level beside the control is superior.
    """

    type: ClaimType
    treatment: str | None
    margin: float
    metric: str
    goal: Goal
    factors: tuple[str, ...] = ()
    primary: bool = True
    text: str = ""

    @property
    def second_factor(self) -> str | None:
        """The factor that changes the effect, for an interaction."""
        return self.factors[1] if self.type == "interaction" else None


@dataclass(frozen=True)
class RegisteredTest:
    """The test that is fixed before the first run.

    Without `claims`, the test decides one claim: the treatment, or some level if it is None, is superior by more than
    `minimum_effect`. `paired` requires that runs with equal units (seeds) share split and initialisation.
    Raises UnusableTest.
    """

    metric: str
    goal: Goal
    factor: str
    control: str
    treatment: str | None = None
    alpha: float = 0.05
    minimum_effect: float = 0.0
    paired: bool = False
    claims: tuple[RegisteredClaim, ...] = field(default=())
    on_failure: Literal["worst", "refuse", "exclude"] = "worst"
    worst: float | None = None
    block: tuple[str, ...] = ()
    aggregate: Literal["mean", "iqm"] = "mean"
    generalize_to: tuple[str, ...] = ("seed",)
    order: Literal["holm", "fixed"] = "holm"
    folds: int | None = None  # of a cross-validation, whose fold is then the only block

    @property
    def pairs_seeds(self) -> bool:
        """Whether runs with equal seeds are pairs, because the seed is a blocking key."""
        return "seed" in self.block and self.aggregate == "mean"

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
        if not self.claims:
            claim = RegisteredClaim("superiority", self.treatment, self.minimum_effect, self.metric, self.goal)
            object.__setattr__(self, "claims", (claim,))
        for claim in self.claims:
            _check_claim(claim, self.control)
        if not any(claim.primary for claim in self.claims):
            raise UnusableTest("claims: no claim is primary, so none decides on the hypothesis (mark one as primary)")


def registered_test(spec_compare: Mapping[str, Any]) -> RegisteredTest:
    """Return the test of the `compare` block of a spec, of a plan or of results.json. Raises UnusableTest."""
    names = {field.name for field in fields(RegisteredTest)}
    typed = {
        "control": label(spec_compare["control"]),
        "treatment": _optional_label(spec_compare.get("treatment")),
        "claims": tuple(_claim(claim) for claim in spec_compare.get("claims", ())),
        "block": tuple(spec_compare.get("block", ())),
        "generalize_to": tuple(spec_compare.get("generalize_to", ("seed",))),
    }
    return RegisteredTest(**{key: value for key, value in spec_compare.items() if key in names} | typed)


def _claim(data: Mapping[str, Any]) -> RegisteredClaim:
    names = {field.name for field in fields(RegisteredClaim)}
    typed = {"treatment": _optional_label(data["treatment"]), "factors": tuple(data.get("factors", ()))}
    return RegisteredClaim(**{key: value for key, value in data.items() if key in names} | typed)


def _optional_label(level: Any) -> str | None:
    return None if level is None else label(level)


def _check_claim(claim: RegisteredClaim, control: str) -> None:
    if claim.type not in get_args(ClaimType):
        raise UnusableTest(f"claims.type: must be one of {', '.join(get_args(ClaimType))}, got '{claim.type}'")
    if claim.treatment == control:
        raise UnusableTest(f"claims.treatment: '{control}' is the control (name another level)")
    if not 0 <= claim.margin < float("inf"):
        raise UnusableTest(f"claims.margin: must be finite and not negative, got {claim.margin}")
    if claim.type == "equivalence" and not claim.margin:
        raise UnusableTest("claims.margin: an equivalence claim needs a positive margin")
    if claim.type == "interaction" and len(claim.factors) != 2:
        raise UnusableTest(f"claims.factors: an interaction needs two factors, got {list(claim.factors)}")
