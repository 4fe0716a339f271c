"""A claim that was chosen after its runs were known is never confirmatory. Runs are written by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.plan.design import PlannedLooks
from compiler.plan.model import PlannedExperiment
from compiler.registration.chain import read_chain
from rules.results.evaluation.evaluate import Evaluation
from tests.rules.results.evaluation.registered_study import CLAIM, LEVELS, Workplace, run_of, study, summary


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(Lab(tmp_path))


def expected(verdict: str, standing: str, fresh: int, known: int, looks: int = 0) -> dict[str, Any]:
    return {"verdict": verdict, "standing": standing, "fresh": fresh, "known": known, "looks": looks}


def honest(place: Workplace) -> Evaluation:
    return place.build(study())


def built_again(place: Workplace) -> Evaluation:
    place.build(study())
    return place.build(study())


def retrained_with_equal_numbers(place: Workplace) -> Evaluation:
    place.build(study())
    place.train(study(), again=True)
    return place.build(study())


def peek_spec_over_shared_runs(place: Workplace) -> Evaluation:
    place.build(study())
    return place.build(study("peek", hypothesis="Another."))


def deleted_registration_and_results(place: Workplace) -> Evaluation:
    place.build(study())
    shutil.rmtree(place.lab.experiment("study"))
    return place.build(study(minimum_effect=0.03))


def deleted_chain(place: Workplace) -> Evaluation:
    place.build(study())
    place.lab.registrations.unlink()
    return place.build(study())


def trained_by_hand_first(place: Workplace) -> Evaluation:
    place.train(study())
    return place.build(study())


def renamed_file(place: Workplace) -> Evaluation:
    place.build(study("base"))
    shutil.rmtree(place.lab.experiment("base"))
    return place.build(study("clean"))


def changed_claim(place: Workplace) -> Evaluation:
    place.build(study())
    return place.build(study(hypothesis="The opposite."))


def changed_back(place: Workplace) -> Evaluation:
    place.build(study())
    place.build(study(hypothesis="The opposite."))
    return place.build(study())


def changed_back_with_more_seeds(place: Workplace) -> Evaluation:
    place.build(study())
    place.build(study(hypothesis="The opposite."))
    return place.build(study(seeds=range(8)))


def other_claim_looked_first(place: Workplace) -> Evaluation:
    """The runs finish under the claim, but another claim is evaluated on them before it."""
    place.register(study())
    place.train(study())
    place.build(study(hypothesis="The opposite."))
    return place.build(study())


def extended_seeds_after_a_look(place: Workplace) -> Evaluation:
    for seeds in (4, 6):
        place.build(study(seeds=range(seeds)))
    return place.build(study(seeds=range(8)))


def extended_far_after_a_look(place: Workplace) -> Evaluation:
    place.build(study(seeds=range(5)))
    return place.build(study(seeds=range(12)))


def best_seeds_only(place: Workplace) -> Evaluation:
    place.build(study(seeds=range(10)))
    return place.build(study(seeds=(0, 2, 3, 5, 8)))


def claim_edited_in_an_interrupted_build(place: Workplace) -> Evaluation:
    """The runs of two seeds are finished when the claim is changed. Nothing was evaluated by then."""
    place.register(study())
    place.train(study(seeds=[0, 1]))
    return place.build(study(minimum_effect=0.05))


def deleted_run_folders(place: Workplace) -> Evaluation:
    place.build(study())
    shutil.rmtree(place.lab.run(""))
    return place.build(study(minimum_effect=0.05))


def forced_retraining_for_another_claim(place: Workplace) -> Evaluation:
    place.build(study("base"))
    place.register(study("other", hypothesis="Another."))
    place.train(study(), again=True)
    return place.build(study("other", hypothesis="Another."))


def control_run_shared_with_the_baseline(place: Workplace) -> Evaluation:
    """One run of 15 is known, so that the compared arms have 4 and 5 new runs."""
    place.build(study("baseline", seeds=[0], levels=LEVELS[:1]))
    return place.build(study(levels=(0.001, 0.003, 0.01)))


def known_run_of_an_arm_that_is_not_tested(place: Workplace) -> Evaluation:
    place.train(study(seeds=[0], levels=[0.003]))
    return place.build(study(levels=(0.001, 0.003, 0.01)))


def too_many_known_runs(place: Workplace) -> Evaluation:
    place.train(study(seeds=[0, 1, 2]))
    return place.build(study())


def never_registered(place: Workplace) -> Evaluation:
    place.train(study())
    return place.evaluate(study())


def clock_set_back(place: Workplace) -> Evaluation:
    place.build(study())
    place.minutes = -100_000
    return place.build(study(minimum_effect=0.05))


def declared_exploratory(place: Workplace) -> Evaluation:
    return place.build(study(exploratory=True))


def exploratory_taken_back_after_the_verdict(place: Workplace) -> Evaluation:
    place.build(study(exploratory=True))
    return place.build(study())


SCENARIOS: dict[Callable[[Workplace], Evaluation], dict[str, Any]] = {
    honest: expected("supported", "confirmatory", 10, 0),
    built_again: expected("supported", "confirmatory", 10, 0),
    retrained_with_equal_numbers: expected("supported", "confirmatory", 10, 0),
    peek_spec_over_shared_runs: expected("untestable", "exploratory", 0, 10),
    deleted_registration_and_results: expected("untestable", "exploratory", 0, 10, looks=1),
    deleted_chain: expected("untestable", "exploratory", 0, 10),
    trained_by_hand_first: expected("untestable", "exploratory", 0, 10),
    declared_exploratory: expected("supported", "exploratory", 10, 0),
    exploratory_taken_back_after_the_verdict: expected("untestable", "exploratory", 0, 10, looks=1),
    renamed_file: expected("untestable", "exploratory", 0, 10),
    changed_claim: expected("untestable", "exploratory", 0, 10, looks=1),
    changed_back: expected("supported", "confirmatory", 10, 0),
    changed_back_with_more_seeds: expected("untestable", "exploratory", 6, 10, looks=2),
    other_claim_looked_first: expected("supported", "exploratory", 10, 0, looks=1),
    extended_seeds_after_a_look: expected("untestable", "exploratory", 4, 12, looks=2),
    extended_far_after_a_look: expected("supported", "exploratory", 14, 10, looks=1),
    best_seeds_only: expected("untestable", "exploratory", 0, 10, looks=1),
    claim_edited_in_an_interrupted_build: expected("untestable", "exploratory", 6, 4),
    deleted_run_folders: expected("untestable", "exploratory", 0, 10, looks=1),
    forced_retraining_for_another_claim: expected("untestable", "exploratory", 0, 10),
    control_run_shared_with_the_baseline: expected("supported", "confirmatory", 14, 1),
    known_run_of_an_arm_that_is_not_tested: expected("supported", "confirmatory", 14, 1),
    too_many_known_runs: expected("untestable", "exploratory", 4, 6),
    never_registered: expected("untestable", "unregistered", 0, 10),
    clock_set_back: expected("untestable", "exploratory", 0, 10, looks=1),
}


@pytest.mark.parametrize(
    ("scenario", "result"), [pytest.param(scenario, row, id=scenario.__name__) for scenario, row in SCENARIOS.items()]
)
def test_verdict_rests_on_fresh_runs(
    scenario: Callable[[Workplace], Evaluation], result: dict[str, Any], place: Workplace
) -> None:
    evaluation = scenario(place)
    assert summary(evaluation) == result
    assert (evaluation.exploratory is not None) is bool(result["known"])
    if evaluation.exploratory is not None:
        assert evaluation.exploratory["verdict"] == "supported"
    assert bool(evaluation.registration.reason) is (result["standing"] != "confirmatory")


RULE_CHANGES: dict[str, dict[str, Any]] = {
    "alpha": {"alpha": 0.1},
    "minimum effect": {"minimum_effect": 0.0},
    "claim": {"claims": (replace(CLAIM, margin=0.0),)},
    "failed runs": {"on_failure": "exclude"},
    "metric": {"metric": "loss"},
    "goal": {"goal": "minimize"},
    "blocks": {"block": ("seed",)},
    "generalisation": {"generalize_to": ("seed", "item")},
    "prose": {"hypothesis": "The opposite."},
}


@pytest.mark.parametrize("change", RULE_CHANGES.values(), ids=RULE_CHANGES)
def test_each_change_of_the_claim_alone_needs_new_runs(change: dict[str, Any], place: Workplace) -> None:
    place.build(study())
    changed = study(**change)
    place.register(changed)
    chain = read_chain(place.lab.registrations)
    assert len(chain.registrations) == 2
    assert set(chain.registrations[-1].known_runs) == set(changed.runs)


def test_change_of_the_deliverables_is_recorded_and_keeps_the_evidence(place: Workplace) -> None:
    place.build(study())
    changed = study()
    changed = replace(changed, design=replace(changed.design, deliverables={"plot": {"type": "plot"}}))
    assert summary(place.build(changed)) == expected("supported", "confirmatory", 10, 0)
    assert len(read_chain(place.lab.registrations).registrations) == 2


def test_experiments_registered_by_one_build_all_have_fresh_runs(place: Workplace) -> None:
    first, second = study("first"), study("second", hypothesis="Another.")
    place.register(first)
    place.register(second)
    assert place.build(first).registration.standing == "confirmatory"
    evaluation = place.build(second)
    assert evaluation.registration.standing == "confirmatory"
    assert evaluation.registration.siblings == ("first",)


def test_later_registration_over_the_same_runs_does_not_change_the_results(place: Workplace) -> None:
    before = place.build(study("first"))
    place.register(study("second", hypothesis="Another."))
    assert place.evaluate(study("first")).registration == before.registration


def test_machine_failure_is_no_look_and_makes_the_test_untestable(place: Workplace) -> None:
    place.register(study())
    place.train(study(seeds=range(4)))
    place.train(study(), status="failed", kind="out_of_memory")
    evaluation = place.evaluate(study())
    assert (evaluation.comparison or {})["verdict"] == "untestable"
    assert read_chain(place.lab.registrations).looks_of("study") == ()
    for seed_run in (run_of(level, 4) for level in LEVELS):
        shutil.rmtree(place.lab.run(seed_run))
    assert summary(place.build(study())) == expected("supported", "confirmatory", 10, 0)


def test_evaluation_without_any_value_is_no_look(place: Workplace) -> None:
    place.register(study())
    place.train(study(), status="failed", kind="error", accuracy=None)
    place.evaluate(study())
    place.train(study(), again=True)
    assert summary(place.build(study())) == expected("supported", "confirmatory", 10, 0)


def test_reason_of_extended_seeds_states_known_runs_and_looks(place: Workplace) -> None:
    registration = extended_seeds_after_a_look(place).registration
    assert registration.reason.startswith("12 of 16 runs were known before the registration, and 4 are too few")
    assert registration.reason.endswith("the test was evaluated after 2 earlier looks at results of this experiment")


def test_reason_states_how_many_runs_were_known_and_how_many_are_needed(place: Workplace) -> None:
    reason = too_many_known_runs(place).registration.reason
    assert reason.startswith("6 of 10 runs were known before the registration, and 4 are too few")
    assert "new runs per arm" in reason


PLAN = {"looks": PlannedLooks((5, 8, 12), "obrien_fleming")}


def looked(place: Workplace, *numbers_of_seeds: int) -> Evaluation:
    """Build the study at each number of seeds and return the last evaluation."""
    return [place.build(planned_study(number)) for number in numbers_of_seeds][-1]


def planned_study(seeds: int, **test: Any) -> PlannedExperiment:
    return study(seeds=range(seeds), **PLAN | test)


def test_planned_looks_stay_confirmatory_and_spend_alpha(place: Workplace) -> None:
    alphas = []
    for number, seeds in enumerate((5, 8, 12), 1):
        registration = looked(place, seeds).registration
        assert (registration.standing, registration.looks, registration.known_runs) == ("confirmatory", 0, ())
        assert registration.planned_look is not None
        assert (registration.planned_look.number, registration.planned_look.looks) == (number, 3)
        alphas.append(registration.planned_look.alpha)
    assert alphas == sorted(alphas)
    assert alphas[0] < 0.01
    assert alphas[-1] < 0.05
    chain = read_chain(place.lab.registrations)
    assert {entry.claim for entry in chain.entries} == {planned_study(5).claim}
    assert len(chain.looks_of("study")) == 3


def late_plan(place: Workplace) -> Evaluation:
    place.build(study())
    return looked(place, 8)


def changed_plan(place: Workplace) -> Evaluation:
    looked(place, 5, 8)
    return place.build(planned_study(20, looks=PlannedLooks((5, 8, 20), "obrien_fleming")))


def look_between_the_planned_ones(place: Workplace) -> Evaluation:
    return looked(place, 5, 6)


def planned_look_after_one_that_was_not_planned(place: Workplace) -> Evaluation:
    return looked(place, 5, 6, 8)


def seeds_replaced_at_the_first_look(place: Workplace) -> Evaluation:
    looked(place, 5)
    return place.build(study(seeds=range(100, 105), **PLAN))


def runs_trained_before_they_were_planned(place: Workplace) -> Evaluation:
    looked(place, 5)
    place.train(study(seeds=range(8)))
    return looked(place, 8)


def built_again_after_a_later_look(place: Workplace) -> Evaluation:
    return looked(place, 5, 8, 5)


LOOKS: dict[Callable[[Workplace], Evaluation], dict[str, Any]] = {
    late_plan: {"standing": "exploratory", "fresh": 6, "known": 10, "looks": 1},
    changed_plan: {"standing": "exploratory", "fresh": 24, "known": 16, "looks": 2},
    look_between_the_planned_ones: {"standing": "exploratory", "fresh": 12, "known": 0, "looks": 0},
    planned_look_after_one_that_was_not_planned: {"standing": "exploratory", "fresh": 16, "known": 0, "looks": 1},
    seeds_replaced_at_the_first_look: {"standing": "exploratory", "fresh": 10, "known": 0, "looks": 1},
    runs_trained_before_they_were_planned: {"standing": "exploratory", "fresh": 10, "known": 6, "looks": 0},
    built_again_after_a_later_look: {"standing": "confirmatory", "fresh": 10, "known": 0, "looks": 0},
}


@pytest.mark.parametrize(
    ("scenario", "result"), [pytest.param(scenario, row, id=scenario.__name__) for scenario, row in LOOKS.items()]
)
def test_looks_outside_the_plan_make_a_verdict_exploratory(
    scenario: Callable[[Workplace], Evaluation], result: dict[str, Any], place: Workplace
) -> None:
    evaluation = summary(scenario(place))
    assert {key: evaluation[key] for key in result} == result
