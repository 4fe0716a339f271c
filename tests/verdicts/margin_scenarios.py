"""True differences exactly at the bound of a claim, where it is nearly true, and close to it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.verdicts.scenario import SUPPORTED, Scenario, normal, two_arms


def margin_scenarios() -> Iterator[Scenario]:
    for n in (5, 10):
        arms = f"{n} against {n}"
        almost = two_arms(n, n, normal(), shift=0.95, margin=1.0)
        yield Scenario(f"superiority by 1 sd, true difference 0.95 sd, {arms}", almost, SUPPORTED)
        exact = two_arms(n, n, normal(), shift=1.0, margin=1.0)
        yield Scenario(f"superiority by 1 sd, true difference 1 sd, {arms}", exact)
        worse = two_arms(n, n, normal(), shift=-1.0, kind="noninferiority", margin=1.0)
        yield Scenario(f"noninferiority by 1 sd, true difference -1 sd, {arms}", worse)
        for shift in (2.0, -2.0):
            name = f"equivalence by 2 sd, true difference {shift:+g} sd, {arms}"
            yield Scenario(name, two_arms(n, n, normal(), shift=shift, kind="equivalence", margin=2.0))
    for n, sd, n_control in ((10, 3.0, 5), (3, 3.0, 10)):
        name = f"superiority by 1, true difference 1, {n} runs with sd {sd:g} against {n_control} with sd 1"
        yield Scenario(name, two_arms(n, n_control, normal(sd), normal(), shift=1.0, margin=1.0))
    narrow = two_arms(5, 5, normal(), shift=0.5, kind="equivalence", margin=0.5)
    yield Scenario("equivalence by 0.5 sd, true difference 0.5 sd, 5 against 5", narrow)
    minimized = two_arms(5, 5, normal(), shift=-1.0, margin=1.0, goal="minimize")
    yield Scenario("goal minimize, superiority by 1 sd, true difference 1 sd, 5 against 5", minimized)
