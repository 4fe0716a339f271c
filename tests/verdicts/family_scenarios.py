"""Several claims, of which some are true, and several looks at one experiment without an effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from agents.statistics import spent_alphas
from tests.verdicts.scenario import Look, Random, Scenario, family_look, look

_Draw = Callable[[Random], Sequence[Look]]


def family_scenarios() -> Iterator[Scenario]:
    for n in (5, 8):
        arms = f"{n} runs an arm"
        yield Scenario(f"3 claims, no effects, Holm, {arms}", family((0, 0, 0), n))
        yield Scenario(f"3 claims, one true by 6 sd, Holm, {arms}", family((6, 0, 0), n), false_claims=(1, 2))
        yield Scenario(f"3 claims, two true by 6 sd, Holm, {arms}", family((6, 6, 0), n), false_claims=(2,))
        equivalent = family((3, 3, 3), n, kind="equivalence", margin=3.0)
        yield Scenario(f"3 equivalence claims by 3 sd, true differences 3 sd, Holm, {arms}", equivalent)
        yield Scenario(f"3 claims in fixed order, no effects, {arms}", family((0, 0, 0), n, order="fixed"))
        first_true = family((6, 0, 0), n, order="fixed")
        yield Scenario(f"3 claims in fixed order, the first true by 6 sd, {arms}", first_true, false_claims=(1, 2))
    yield from _look_scenarios()


def family(effects: Sequence[float], n: int, **rule: Any) -> _Draw:
    """Return the draw of an experiment with one treatment for each effect, all compared with one control."""
    return lambda random: [
        family_look([random.normal(effect, 1, n) for effect in effects], random.normal(size=n), **rule)
    ]


def looks(sizes: Sequence[int], alphas: Sequence[float | None], shift: float = 0.0) -> _Draw:
    """Return the draw of several looks at growing arms."""

    def draw(random: Random) -> Sequence[Look]:
        treatment, control = random.normal(shift, 1, max(sizes)), random.normal(size=max(sizes))
        return [look(treatment[:n], control[:n], alpha=alpha) for n, alpha in zip(sizes, alphas, strict=True)]

    return draw


def _look_scenarios() -> Iterator[Scenario]:
    for spending in ("obrien_fleming", "pocock"):
        for sizes in ((5, 8, 12), (4, 6, 8, 10)):
            alphas = spent_alphas(0.05, [n / max(sizes) for n in sizes], spending)  # type: ignore[arg-type]
            name = f"no effect, planned looks at {', '.join(map(str, sizes))} runs an arm, {spending}"
            yield Scenario(name, looks(sizes, alphas))
    yield Scenario(
        "no effect, unplanned looks at 4, 5, … 10 runs an arm",
        looks(range(4, 11), [None] * 7),
        {"supported": None, "refuted": None},
        note="only the registration can prevent it: such a verdict is marked as exploratory",
    )
    yield Scenario(
        "no effect, the best 5 of 10 treatment runs against 5",
        lambda random: [look(sorted(random.normal(size=10))[5:], random.normal(size=5))],
        {"supported": None},
        note="only the registration can prevent it: it names the seeds",
    )
