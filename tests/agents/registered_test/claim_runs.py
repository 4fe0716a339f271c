"""Write runs of arms by hand, and the claims and tests that are decided over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.observation import Observation

BASE = [0.800, 0.802, 0.804, 0.806, 0.808]
BETTER_BASE = [0.85, 0.853, 0.851, 0.858, 0.86]
Values = Sequence[float | None]


def runs(
    level: str, values: Values, failure: Literal["run", "machine"] = "run", **settings: str
) -> Iterator[Observation]:
    """Yield one run for each value, with seeds 0, 1, … and these settings. None is a failed run."""
    for seed, value in enumerate(values):
        swept = {**settings, "seed": str(seed)}
        yield Observation(
            f"{level}-{swept}",
            level,
            settings.get("data", ""),
            ",".join(f"{key}={swept[key]}" for key in sorted(swept)),
            {"accuracy": value, "loss": None if value is None else 1 - value},
            None if value is not None else failure,
            settings=swept,
        )


def claim(
    kind: Any = "superiority", treatment: str | None = "b", margin: float = 0.0, **fields: Any
) -> RegisteredClaim:
    return RegisteredClaim(kind, treatment, margin, **{"metric": "accuracy", "goal": "maximize"} | fields)


def registered(*claims: RegisteredClaim, **fields: Any) -> RegisteredTest:
    return RegisteredTest("accuracy", "maximize", "lr", "a", claims=claims or (claim(),), **fields)


def shifted(by: float, values: Sequence[float] = BASE) -> list[float]:
    return [value + by for value in values]


def two_arms(treatment: Values, control: Values = BASE, **settings: str) -> list[Observation]:
    return [*runs("a", control, **settings), *runs("b", treatment, **settings)]


def own_seeds(observations: Sequence[Observation]) -> list[Observation]:
    """Return the runs with seeds that no other data set has."""
    return [
        replace(run, settings={**run.settings, "seed": f"{run.settings['seed']} on {run.settings['data']}"})
        for run in observations
    ]


def only(comparison: Comparison) -> Contrast:
    (contrast,) = comparison.contrasts
    return contrast


INTERACTION = claim("interaction", margin=0.0, factors=("lr", "data"))


def cells(effect: float, other_effect: float, values: Sequence[float] = BASE) -> list[Observation]:
    """Return both arms on two data sets, with these effects of the treatment."""
    noise = [0.001, -0.002, 0.0, 0.003, -0.001]
    second = [0.1 + value for value in values]
    return [
        *two_arms([v + effect + e for v, e in zip(values, noise, strict=True)], values, data="digits"),
        *two_arms([v + other_effect - e for v, e in zip(second, noise, strict=True)], second, data="letters"),
    ]
