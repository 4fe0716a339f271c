"""Effects that are equal at both levels of a second factor, and interactions that are exactly as large as claimed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from agents.registered_test.claims import RegisteredClaim, RegisteredTest
from agents.registered_test.observation import Observation
from tests.verdicts.scenario import BOTH, METRIC, SIDE, Look, Random, Scenario

EITHER_DIRECTION = "the bound is alpha: without a margin, an interaction in either direction supports the claim"
_CELLS = (("control", "1"), ("control", "2"), ("treatment", "1"), ("treatment", "2"))


def interaction_scenarios() -> Iterator[Scenario]:
    """Yield the scenarios. The effect of the treatment is 3 at both levels of `depth`, or 4 at the second one."""
    for sizes in ((3, 3, 3, 3), (5, 5, 5, 5), (2, 8, 8, 8), (5, 5, 5, 3)):
        for sds in ((1, 1, 1, 1), (10, 1, 1, 1)):
            name = f"no interaction, {_listed(sizes)} runs in the cells with sd {_listed(sds)}"
            yield _scenario(name, sizes, sds)
    name = "interaction of more than 1, true interaction 1, 5, 5, 5, 5 runs in the cells with sd 1"
    yield _scenario(name, (5, 5, 5, 5), (1, 1, 1, 1), size=1.0, margin=1.0)


def _scenario(
    name: str, sizes: Sequence[int], sds: Sequence[float], *, size: float = 0.0, margin: float = 0.0
) -> Scenario:
    """Return the scenario with its bound, which is alpha if both directions support the claim."""
    draw = interaction(sizes, sds, size=size, margin=margin)
    return (
        Scenario(name, draw, BOTH) if margin else Scenario(name, draw, {"supported": 2 * SIDE}, note=EITHER_DIRECTION)
    )


def interaction(
    sizes: Sequence[int], sds: Sequence[float], *, size: float = 0.0, margin: float = 0.0
) -> Callable[[Random], Sequence[Look]]:
    """Return independent runs in four cells. `size` is the true interaction."""
    claim = RegisteredClaim("interaction", "treatment", margin, METRIC, "maximize", factors=("factor", "depth"))
    test = RegisteredTest(METRIC, "maximize", "factor", "control", "treatment", claims=(claim,))

    def draw(random: Random) -> Sequence[Look]:
        means = (0.0, 5.0, 3.0, 8.0 + size)
        rows = zip(_CELLS, means, sizes, sds, strict=True)
        runs = [
            _observation(level, depth, seed, value)
            for (level, depth), mean, n, sd in rows
            for seed, value in enumerate(random.normal(mean, sd, n))
        ]
        return [Look(test, tuple(runs))]

    return draw


def _observation(level: str, depth: str, seed: int, value: float) -> Observation:
    """Return a run whose seed is used in no other cell."""
    return Observation(
        run_id=f"{level} {depth} {seed}",
        level=level,
        block="",
        unit=f"depth={depth},seed={seed}",
        values={METRIC: float(value)},
        settings={"depth": depth, "seed": f"{seed} at {depth}"},
    )


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
