"""The rate of each false verdict is at most its nominal bound, within 3.5 standard errors of the simulation.

The few scenarios of the fast test are those in which a rule that tests only the null hypothesis of no effect, and
treats failed runs as missing, gives false verdicts far above the bound.
"""

from __future__ import annotations

import pytest

from tests.verdicts.all_scenarios import SCENARIOS
from tests.verdicts.power_scenarios import power_scenarios
from tests.verdicts.rates import Rate, simulate

_FAST = {
    "no effect, 2 runs with sd 10 against 10 with sd 1": 600,
    "no effect, 5 runs with sd 10 against 3 with sd 1": 600,
    "no effect, the worst 40% of 5 treatment runs diverge, worst": 400,
    "no effect, the worst 40% of 5 treatment runs diverge, refuse": 20,
    "no effect, the worst 40% of 8 pairs diverge, worst": 400,
    "no effect, each run fails with probability 0.2, 8 against 8, worst": 400,
    "no effect on an easy and a hard task, the treatment always fails on the hard one, worst": 120,
    "superiority by 1 sd, true difference 0.95 sd, 5 against 5": 400,
    "superiority by 1 sd, true difference 1 sd, 5 against 5": 400,
    "equivalence by 2 sd, true difference +2 sd, 5 against 5": 400,
    "noninferiority by 1 sd, true difference -1 sd, 5 against 5": 400,
    "five times 0.901 against five times 0.90": 1,
    "five times 0.901, with rounding errors, against five times 0.90": 20,
    "no effect, 3 blocks of 2 against 2 with sd 1, 10, 100, treatment sd x 10": 400,
    "no effect, 3 blocks with the same 5 seeds, correlation 0.6": 400,
    "no effect, 3 blocks with the same 8 pairs of seeds, correlation 0.6": 400,
    "no effect, 8 pairs with sd from 1 to 1000": 400,
    "no effect, accuracy on 360 items at 0.997, 5 against 5": 400,
    "no effect, Cauchy, 5 against 5": 400,
    "no interaction, 2, 8, 8, 8 runs in the cells with sd 10, 1, 1, 1": 300,
    "3 claims, one true by 6 sd, Holm, 5 runs an arm": 200,
    "no effect on new items and seeds, 200 items, 5 against 5, items dominate": 150,
    "no effect, interquartile mean of 2 tasks, 10 against 10, treatment sd x 1": 60,
    "no effect, planned looks at 5, 8, 12 runs an arm, obrien_fleming": 300,
}
_FULL = 4_000


def wrong_rates(rates: tuple[Rate, ...]) -> list[str]:
    return [f"{rate.verdict}: {rate.share:.4f} > {rate.largest:.4f}" for rate in rates if not rate.is_within_bound]


@pytest.mark.parametrize("name", _FAST)
def test_false_verdicts_are_rare(name: str) -> None:
    assert not wrong_rates(simulate(SCENARIOS[name], _FAST[name]).rates)


@pytest.mark.soak(only=True)
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", SCENARIOS)
def test_false_verdicts_are_rare_in_many_experiments(name: str) -> None:
    assert not wrong_rates(simulate(SCENARIOS[name], _FULL).rates)


# At half the share of experiments that a one-sided t test with known equal variances would decide.
@pytest.mark.parametrize(
    ("name", "least"),
    [("true difference 3 sd, 5 against 5", 0.8), ("superiority by 1 sd, true difference 2 sd, 8 against 8", 0.3)],
)
def test_a_true_claim_is_supported_in_most_experiments(name: str, least: float) -> None:
    scenario = next(scenario for scenario in power_scenarios() if scenario.name == name)
    (rate,) = simulate(scenario, 100).rates
    assert rate.share >= least


def test_the_rate_is_judged_by_its_bound_and_the_number_of_experiments() -> None:
    """A rate of the rules that this suite replaces is noticed."""
    assert Rate("supported", 7, 200, 0.025).is_within_bound
    assert not Rate("supported", 18, 200, 0.025).is_within_bound
    assert not Rate("supported", 1, 1, 0.0).is_within_bound
    assert Rate("supported", 200, 200, None).is_within_bound
