"""Schema of the registered test in a spec: `compare`, and the `claims` that it decides."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Goal = Literal["maximize", "minimize"]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
ANY_LEVEL = "any"  # as `treatment`: some level of the factor beside the control


class Strict(BaseModel):
    """A part of a spec. Unknown keys are rejected, and values are not converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Claim(Strict):
    """One claim of the registered test. Fields that are not set have the values of `compare`.

    `margin` is in the unit of the metric: the minimum effect of a superiority claim, the largest tolerated loss of a
    non-inferiority claim, the half width of the equivalence range, or the minimum size of an interaction.
    """

    type: Literal["superiority", "noninferiority", "equivalence", "interaction"] = "superiority"
    treatment: Any = None
    margin: NotNegative | None = None
    factors: list[Text] = []  # interaction only: the tested factor and the factor that changes its effect
    metric: Text | None = None
    goal: Goal | None = None
    primary: bool = True  # the verdict of the experiment follows from its primary claims


class Looks(Strict):
    """The planned looks at the data: the numbers of seeds at which the test is evaluated, and how alpha is spent."""

    seeds: Annotated[list[Annotated[int, Field(ge=2)]], Field(min_length=2, max_length=10)]
    spending: Literal["obrien_fleming", "pocock"] = "obrien_fleming"


class Planning(Strict):
    """Assumptions for the power of the test: the standard deviation between runs of one arm, and the wanted power."""

    sd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    power: Annotated[float, Field(gt=0, lt=1)] = 0.8


class Compare(Strict):
    """The registered test, fixed before the first run."""

    metric: Text
    goal: Goal
    factor: Text
    control: Any
    treatment: Any = None  # a level, or `any`; it may be left out if the factor has one level beside the control
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05  # two-sided: each direction has alpha / 2
    minimum_effect: NotNegative = 0.0
    paired: bool = False  # runs with equal settings except the factor share split and initialisation
    on_failure: Literal["worst", "refuse", "exclude"] = "worst"
    worst: Annotated[float, Field(allow_inf_nan=False)] | None = None  # the worst possible value of the metric
    block: list[Text] = []  # swept keys within whose settings the arms are compared
    aggregate: Literal["mean", "iqm"] = "mean"
    generalize_to: list[Literal["seed", "item"]] = ["seed"]
    order: Literal["holm", "fixed"] = "holm"
    looks: Looks | None = None
    fresh_seeds: bool = False  # replace seeds that finished runs of the compared arms have used
    plan: Planning | None = None
