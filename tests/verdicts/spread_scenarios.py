"""No effect: arms of unequal sizes and standard deviations, other distributions, ties, and runs without variation."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from tests.verdicts.scenario import Draw, Scenario, look, normal, two_arms

_SIZES_AND_SDS = (  # runs of treatment and control, sd of treatment and control
    *((2, 10, 10, 1), (2, 10, 1, 1), (10, 2, 1, 10), (3, 10, 10, 1), (3, 10, 1, 10), (4, 10, 10, 1)),
    *((5, 10, 10, 1), (5, 3, 1, 1), (5, 3, 1, 3), (5, 3, 1, 10), (5, 3, 10, 1), (4, 4, 10, 1)),
    *((5, 5, 1, 1), (5, 5, 3, 1), (5, 5, 10, 1), (10, 10, 3, 1), (10, 10, 10, 1)),
)
SHAPES: dict[str, Draw] = {
    "t with 2 degrees of freedom": lambda random, n: random.standard_t(2, n),
    "Cauchy": lambda random, n: random.standard_cauchy(n),
    "lognormal": lambda random, n: random.lognormal(0, 1, n) - math.exp(0.5),
    "reflected lognormal": lambda random, n: math.exp(0.5) - random.lognormal(0, 1, n),
    "accuracy near 1 (beta)": lambda random, n: 1 / 51 - random.beta(1, 50, n),
    "two modes": lambda random, n: random.choice([-1, 1], n) + random.normal(0, 0.1, n),
}
_TIES: dict[str, Draw] = {
    "accuracy on 360 items at 0.95": lambda random, n: random.binomial(360, 0.95, n) / 360,
    "accuracy on 360 items at 0.997": lambda random, n: random.binomial(360, 1 - 1 / 360, n) / 360,
    "0.90, or 0.89 with probability 0.2": lambda random, n: np.where(random.random(n) < 0.2, 0.89, 0.90),
}


def spread_scenarios() -> Iterator[Scenario]:
    for n, n_control, sd, sd_control in _SIZES_AND_SDS:
        name = f"no effect, {n} runs with sd {sd} against {n_control} with sd {sd_control}"
        yield Scenario(name, two_arms(n, n_control, normal(sd), normal(sd_control)))
    for name, shape in SHAPES.items():
        yield Scenario(f"no effect, {name}, 5 against 5", two_arms(5, 5, shape))
        yield Scenario(f"no effect, {name}, 10 against 10", two_arms(10, 10, shape))
        yield Scenario(f"no effect, {name}, 5 against 3", two_arms(5, 3, shape))
    for name, shape in _TIES.items():
        yield Scenario(f"no effect, {name}, 5 against 5", two_arms(5, 5, shape))
        yield Scenario(f"no effect, {name}, 10 against 10", two_arms(10, 10, shape))
    yield from _without_variation()


def _without_variation() -> Iterator[Scenario]:
    never = {"supported": 0.0, "refuted": 0.0}
    yield Scenario("five times 0.901 against five times 0.90", lambda _: [look([0.901] * 5, [0.9] * 5)], never)
    yield Scenario(
        "five times 0.901, with rounding errors, against five times 0.90",
        lambda random: [look(0.901 + random.uniform(-1e-9, 1e-9, 5), [0.9] * 5)],
        never,
    )
    constant: Draw = lambda random, n: np.zeros(n)  # noqa: E731
    yield Scenario("no effect, a constant treatment, 5 against 5", two_arms(5, 5, constant, normal()))
    for n in (5, 10):
        yield Scenario(
            f"equal means, reflected lognormal treatment, normal control, {n} against {n}",
            two_arms(n, n, SHAPES["reflected lognormal"], normal()),
            {"supported": None, "refuted": None},
            note="one-sided skew: no test of means has its nominal level at these sizes",
        )
        yield Scenario(
            f"equal means, the treatment loses 10 sd with probability 0.1, {n} against {n}",
            two_arms(n, n, lambda random, n: random.normal(size=n) - 10 * (random.random(n) < 0.1) + 1, normal()),
            {"supported": None},
            note="a rare collapse that did not occur in the sample cannot be tested (Bahadur & Savage 1956)",
        )
