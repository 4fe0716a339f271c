"""Failed runs: the worst runs of the treatment diverge, in independent arms, pairs and blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tests.verdicts.scenario import SIDE, SUPPORTED, Look, Random, Scenario, Values, look

_Draw = Callable[[Random], Sequence[Look]]


def failure_scenarios() -> Iterator[Scenario]:
    """Yield the scenarios. With `exclude` the claim is about the runs that finish, so its error rate has no bound."""
    for policy, bound in (("worst", SIDE), ("refuse", SIDE), ("exclude", None)):
        for n in (5, 8, 10):
            name = f"no effect, the worst 40% of {n} treatment runs diverge, {policy}"
            note = "" if bound else "the claim is about the runs that finish; the verdict states it"
            yield Scenario(name, _diverging(n, on_failure=policy), {"supported": bound}, note=note)
    yield Scenario(
        "no effect, the worst 40% of 5 treatment runs diverge, declared worst value",
        _diverging(5, worst=-10.0),
        SUPPORTED,
    )
    for pairs in (6, 8, 10):
        yield Scenario(f"no effect, the worst 40% of {pairs} pairs diverge, worst", _diverging_pairs(pairs), SUPPORTED)
    for tasks, n in ((4, 3), (3, 2)):
        name = f"no effect, the worst 40% of the treatment diverge, {tasks} blocks of {n} against {n}, worst"
        yield Scenario(name, _diverging_blocks(tasks, n), SUPPORTED)
    yield Scenario("no effect, each run fails with probability 0.2, 8 against 8, worst", _failing_at_random)
    for kind in ("noninferiority", "equivalence"):
        for worst in (None, 0.1):
            name = f"{kind} by 0.03, a treatment run diverges with probability 0.4, " + _declared(worst)
            yield Scenario(name, _collapsing(kind, worst), SUPPORTED)
    for policy, bound in (("worst", SIDE), ("exclude", None)):
        name = f"no effect on an easy and a hard task, the treatment always fails on the hard one, {policy}"
        yield Scenario(name, _failing_task(policy), {"supported": bound})


def worst_fail(values: Any, share: float = 0.4) -> Values:
    """Return the values with the smallest ones, that share of them, replaced by None."""
    limit = np.sort(np.ravel(values))[round(share * np.size(values)) - 1]
    return [None if value <= limit else value for value in values]


def _diverging(n: int, **rule: Any) -> _Draw:
    return lambda random: [look(worst_fail(random.normal(size=n)), random.normal(size=n), **rule)]


def _diverging_pairs(n: int) -> _Draw:
    """Return pairs whose seeds matter three times as much as the arms' own variation, of which the worst fail."""

    def draw(random: Random) -> Sequence[Look]:
        seeds, own = random.normal(0, 3, n), random.normal(size=n)
        failed = [value is None for value in worst_fail(own)]
        treatment = [None if fails else float(value) for fails, value in zip(failed, seeds + own, strict=True)]
        return [look(treatment, seeds + random.normal(size=n), paired=True)]

    return draw


def _diverging_blocks(tasks: int, n: int) -> _Draw:
    def draw(random: Random) -> Sequence[Look]:
        remaining = iter(worst_fail(random.normal(size=tasks * n)))
        treatment = {str(task): [next(remaining) for _ in range(n)] for task in range(tasks)}
        return [look(treatment, {str(task): list(random.normal(size=n)) for task in range(tasks)})]

    return draw


def _failing_at_random(random: Random) -> Sequence[Look]:
    arms = [[None if random.random() < 0.2 else value for value in random.normal(size=8)] for _ in range(2)]
    return [look(*arms)]


def _collapsing(kind: str, worst: float | None) -> _Draw:
    """Return accuracies of 0.90 ± 0.01 in both arms. A diverging run would score 0.1: the true mean is 0.32 lower."""

    def draw(random: Random) -> Sequence[Look]:
        treatment = [None if random.random() < 0.4 else value for value in random.normal(0.9, 0.01, 8)]
        return [look(treatment, random.normal(0.9, 0.01, 8), kind, 0.03, worst=worst)]

    return draw


def _failing_task(policy: str) -> _Draw:
    def draw(random: Random) -> Sequence[Look]:
        easy, hard = random.normal(0.95, 0.01, (2, 5)), random.normal(0.60, 0.03, 5)
        control = {"easy": list(easy[1]), "hard": list(hard)}
        return [look({"easy": list(easy[0]), "hard": [None] * 5}, control, on_failure=policy)]

    return draw


def _declared(worst: float | None) -> str:
    return "no declared worst value" if worst is None else f"declared worst value {worst:g}"
