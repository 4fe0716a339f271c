"""Find the number of seeds with which the registered test has the wanted power, or can reach a verdict at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.planning.assumptions import Assumptions
from agents.planning.attainable import MAX_SEEDS
from agents.planning.layout import Layout
from agents.planning.power import SIMULATIONS, PlannedLook, Power, power_of
from agents.registered_test.claims import RegisteredTest
from agents.statistics import Spending, spent_alphas


@dataclass(frozen=True)
class Looks:
    """The planned looks: the numbers of seeds, and the function that spends alpha over them."""

    seeds: tuple[int, ...]
    spending: Spending

    def scaled(self, alpha: float, seeds: int) -> tuple[PlannedLook, ...]:
        """Return looks at the same fractions of another number of seeds, with their significance levels."""
        counts = sorted({max(2, round(count * seeds / self.seeds[-1])) for count in self.seeds})
        alphas = spent_alphas(alpha, [count / counts[-1] for count in counts], self.spending)
        return tuple(map(PlannedLook, counts, alphas))


def power_with_seeds(
    test: RegisteredTest,
    layout: Layout,
    assumptions: Assumptions,
    looks: Looks | None,
    *,
    until_it_differs_from: float | None = None,
    simulations: int = SIMULATIONS,
) -> Power:
    """Return the power of the test with the seeds of the layout. With looks, they are scaled to its seeds."""
    planned = looks.scaled(test.alpha, layout.seeds) if looks else ()
    return power_of(
        test,
        layout,
        assumptions,
        planned,
        until_it_differs_from=until_it_differs_from,
        simulations=simulations,
    )


def seeds_for_power(
    test: RegisteredTest,
    layout: Layout,
    assumptions: Assumptions,
    looks: Looks | None,
    wanted: float,
    most: int = MAX_SEEDS,
) -> Power | None:
    """Return the power with the smallest number of seeds that has the wanted power, None if `most` are not enough."""

    def is_sufficient(seeds: int) -> bool:
        power = power_with_seeds(test, layout.with_seeds(seeds), assumptions, looks, until_it_differs_from=wanted)
        return power.power >= wanted

    seeds = smallest(is_sufficient, start=max(2, layout.seeds), most=most)
    return None if seeds is None else power_with_seeds(test, layout.with_seeds(seeds), assumptions, looks)


def smallest(is_sufficient: Callable[[int], bool], *, start: int, most: int) -> int | None:
    """Return the smallest sufficient number from 2 to `most`, by bisection; larger numbers are sufficient, too."""
    low, high = 1, min(start, most)  # low is not sufficient
    while not is_sufficient(high):
        if high == most:
            return None
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        if is_sufficient(middle):
            high = middle
        else:
            low = middle
    return high
