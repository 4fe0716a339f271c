"""Define a simulated experiment with a known truth, and the verdicts that would be false."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise  # noqa: F401
from typing import Any

import numpy as np

from agents.facts.verdict import TestOutcome
from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation

SIDE = 0.025  # nominal error rate of each direction, at alpha = 0.05
BOTH: Mapping[TestOutcome, float | None] = {"supported": SIDE, "refuted": SIDE}
SUPPORTED: Mapping[TestOutcome, float | None] = {"supported": SIDE}
REFUTED: Mapping[TestOutcome, float | None] = {"refuted": SIDE}
METRIC = "score"
Random = np.random.Generator
Values = Sequence[float | None]  # of the runs of an arm, None for a failed run
Arm = Values | Mapping[str, Values]  # by block
Draw = Callable[[Random, int], Any]  # n values


@dataclass(frozen=True)
class Look:
    """The runs on which the test is decided, and the significance level of the look if it is not that of the test."""

    test: RegisteredTest
    observations: tuple[Observation, ...]
    alpha: float | None = None


@dataclass(frozen=True)
class Scenario:
    """`draw` returns the looks at one simulated experiment, nearly always one.

    `errors` are the false verdicts with the nominal bound of their rates, None for a rate that the rule alone cannot
    bound. They are counted for the claims in `false_claims`, None for all claims.
    """

    name: str
    draw: Callable[[Random], Sequence[Look]]
    errors: Mapping[TestOutcome, float | None] = field(default_factory=lambda: BOTH)
    false_claims: tuple[int, ...] | None = None
    note: str = ""


def look(
    treatment: Arm,
    control: Arm,
    kind: str = "superiority",
    margin: float = 0.0,
    *,
    alpha: float | None = None,
    **rule: Any,
) -> Look:
    """Return an experiment with one claim."""
    return family_look([treatment], control, kind, margin, alpha=alpha, **rule)


def family_look(
    treatments: Sequence[Arm],
    control: Arm,
    kind: str = "superiority",
    margin: float = 0.0,
    *,
    alpha: float | None = None,
    goal: str = "maximize",
    shared_seeds: bool = False,
    **rule: Any,
) -> Look:
    """Return an experiment with one claim for each treatment. `rule` are fields of the registered test.

    With `shared_seeds`, values at equal positions have equal seeds in all blocks. Otherwise no blocks share seeds.
    """
    claims = tuple(
        RegisteredClaim(kind, f"treatment {number}", margin, METRIC, goal)  # type: ignore[arg-type]
        for number in range(len(treatments))
    )
    blocked = {"block": ("task",)} if isinstance(control, Mapping) else {}
    test = RegisteredTest(METRIC, goal, "factor", "control", **{"claims": claims} | blocked | rule)  # type: ignore[arg-type]
    arms = {"control": control} | {f"treatment {number}": arm for number, arm in enumerate(treatments)}
    observations = [run for level, arm in arms.items() for run in _observations(level, arm, shared_seeds)]
    return Look(test, tuple(observations), alpha)


def _observations(level: str, arm: Arm, shared_seeds: bool) -> list[Observation]:
    by_block = arm if isinstance(arm, Mapping) else {"": arm}
    return [
        Observation(
            run_id=f"{level} {block} {seed}",
            level=level,
            block=block and f"task={block}",
            unit=f"seed={seed}" + (block and f",task={block}"),
            values={METRIC: None if value is None else float(value)},
            failure="run" if value is None else None,
            settings={"seed": seed} | ({"task": block} if block else {}),
        )
        for block, values in by_block.items()
        for number, value in enumerate(values)
        for seed in [f"{number}" if shared_seeds else f"{number}{block}"]
    ]


def normal(sd: float = 1.0) -> Draw:
    return lambda random, n: random.normal(0, sd, n)


def two_arms(
    n: int, n_control: int, treatment: Draw, control: Draw | None = None, *, shift: float = 0.0, **claim: Any
) -> Callable[[Random], Sequence[Look]]:
    """Return the draw of an experiment with two independent arms. `claim` are arguments of `look`."""
    return lambda random: [look(treatment(random, n) + shift, (control or treatment)(random, n_control), **claim)]
