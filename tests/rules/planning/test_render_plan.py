"""The view of a plan states what was assumed and what a number of seeds costs."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from agents.planning.assumptions import assume
from agents.planning.power import Power
from agents.registered_test.claims import RegisteredTest
from rules.planning.power_plan import PowerPlan
from rules.planning.render_plan import plans_view
from rules.planning.standard_deviation import stated

TEST = RegisteredTest("accuracy", "maximize", "lr", "1", "2", minimum_effect=0.01)
PLAN = PowerPlan(
    experiment_id="study",
    test=TEST,
    claim_texts=("mean accuracy at lr=2 exceeds that at 1 by more than 0.01",),
    sd=stated(0.02, ["accuracy"], "--sd"),
    assumptions=assume(TEST, {"accuracy": 0.02}),
    wanted=0.8,
    written=Power(5, 10, 500, 100, (100,)),
    required=Power(17, 34, 500, 405, (405,)),
    seconds=360.0,
    notes=("no run fails",),
)


def lines(plan: PowerPlan) -> list[str]:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(plans_view([plan]))
    return [" ".join(line.split()) for line in capture.get().splitlines()]


def test_the_view_states_assumptions_cost_and_power() -> None:
    assert lines(PLAN) == [
        "study",
        "claim: mean accuracy at lr=2 exceeds that at 1 by more than 0.01",
        "assumed: true improvement 0.02 (twice the minimum effect), sd 0.02",
        "sd: --sd",
        "assumed: no run fails",
        "seeds runs hours power",
        "written 5 10 1 0.20 ± 0.02",
        "power 0.8 17 34 3.4 0.81 ± 0.02",
    ]


def test_a_power_that_100_seeds_do_not_give_has_no_cost() -> None:
    assert lines(replace(PLAN, required=None))[-1] == "power 0.8 more than 100"
    assert replace(PLAN, required=None).to_json()["required"] is None


def test_the_cost_is_unknown_without_finished_runs() -> None:
    assert lines(replace(PLAN, seconds=None))[-2] == "written 5 10 unknown 0.20 ± 0.02"
    assert replace(PLAN, seconds=None).to_json()["written"]["hours"] is None
