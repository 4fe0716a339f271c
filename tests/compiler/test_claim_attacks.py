"""Specs whose test would not be about their claim: each is rejected with its key, or planned as the claim says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from compiler.base.paths import Lab
from compiler.plan.design import PlannedTest
from compiler.plan.manifest import design
from proband.cli.main import main
from tests.labs import compile_one, mistakes_of, spec

NewLab = Callable[[Mapping[str, str]], Lab]
RATES = "sweep: {model.lr: '0.000001,0.001,0.003', seed: range(5)}"
TEST = "metric: accuracy, goal: maximize, factor: model.lr, control: 0.001"


def study(*lines: str) -> str:
    body = "".join(f"  {line}\n" for line in ("hypothesis: A rate of 1e-6 beats 0.001.", *lines))
    return spec(f"experiment:\n{body}")


def planned_test_of(lab: Lab) -> tuple[PlannedTest, Mapping[str, int]]:
    """Return the test of a spec, and the number of points at each level of its factor."""
    planned = design(compile_one(lab, "study")[0])
    assert planned.test is not None
    return planned.test, planned.planned.levels


ANY_LEVEL_WINS = {
    "a product": RATES,
    "a list": "sweep: {list: [{model.lr: 1.0e-06}, {model.lr: 0.001}, {model.lr: 0.003}], seed: range(5)}",
    "a zip": "sweep: {zip: {model.lr: '0.000001,0.001,0.003'}, seed: range(5)}",
}


@pytest.mark.parametrize("sweep", ANY_LEVEL_WINS.values(), ids=ANY_LEVEL_WINS)
def test_any_level_wins_is_rejected(sweep: str, lab: NewLab) -> None:
    (mistake,) = mistakes_of(lab({"study": study(sweep, f"compare: {{{TEST}}}")}), "study")
    assert "experiment.compare.treatment: is missing: 'model.lr' has 2 levels beside the control" in mistake
    assert "(0.000001, 0.003), or `any`" in mistake


def test_an_inherited_test_does_not_decide_levels_that_a_spec_adds(lab: NewLab) -> None:
    base = study("sweep: {model.lr: '0.001,0.003', seed: range(5)}", f"compare: {{{TEST}}}")
    child = "defaults: [base, _self_]\nexperiment: {sweep: {model.lr: '0.000001,0.001,0.003'}}"
    labs = lab({"base": base, "child": spec(child)})
    assert mistakes_of(labs, "base") == []
    (mistake,) = mistakes_of(labs, "child")
    assert "experiment.compare.treatment: is missing" in mistake


def test_the_named_level_is_the_only_treatment(lab: NewLab) -> None:
    test, _ = planned_test_of(lab({"study": study(RATES, f"compare: {{{TEST}, treatment: 0.000001}}")}))
    assert [(claim.treatment, claim.text) for claim in test.claims] == [
        (1e-06, "mean accuracy at model.lr=0.000001 exceeds that at model.lr=0.001")
    ]


def test_any_level_is_called_some_other_level(lab: NewLab) -> None:
    test, _ = planned_test_of(lab({"study": study(RATES, f"compare: {{{TEST}, treatment: any}}")}))
    assert "at some other level of model.lr (0.000001 or 0.003) exceeds" in test.claims[0].text


def test_a_level_written_in_several_ways_has_its_runs_once(lab: NewLab) -> None:
    sweep = "sweep: {model.lr: '0.01,1e-2,0.010,0.001', seed: range(5)}"
    test, levels = planned_test_of(lab({"study": study(sweep, f"compare: {{{TEST}}}")}))
    assert (test.treatment, levels) == (0.01, {"0.01": 5, "0.001": 5})


def test_a_text_is_not_the_number_that_it_spells(lab: NewLab) -> None:
    (mistake,) = mistakes_of(lab({"study": study(RATES, f"compare: {{{TEST}, treatment: '0.003'}}")}), "study")
    assert "experiment.compare.treatment: '0.003' is not a level of 'model.lr'" in mistake


@pytest.mark.parametrize("field", ["control", "treatment"])
@pytest.mark.parametrize("value", [".nan", ".inf", "{a: .nan}", "[1, 2]", "1152921504606846976", "null", "''"])
def test_a_strange_level_is_a_mistake_and_not_a_crash(field: str, value: str, lab: NewLab) -> None:
    test = TEST.replace("0.001", value) if field == "control" else f"{TEST}, treatment: {value}"
    mistakes = mistakes_of(lab({"study": study(RATES, f"compare: {{{test}}}")}), "study")
    assert any(f"experiment.compare.{field}" in mistake for mistake in mistakes)


DEGENERATE = {
    "no control level": ("{model.lr: '0.01', seed: range(5)}", "'model.lr' has one level"),
    "no seeds": ("{model.lr: '0.01,0.001', seed: range(0)}", "the sweep is empty"),
    "no sweep": ("{}", "'model.lr' is not swept"),
    "no such key": ("{model.lrr: '0.01,0.001'}", "the config has no key 'model.lrr'"),
}


@pytest.mark.parametrize(("sweep", "problem"), DEGENERATE.values(), ids=DEGENERATE)
def test_a_degenerate_sweep_is_rejected(sweep: str, problem: str, lab: NewLab) -> None:
    mistakes = mistakes_of(lab({"study": study(f"sweep: {sweep}", f"compare: {{{TEST}}}")}), "study")
    assert any(problem in mistake for mistake in mistakes)


def test_a_repeated_seed_counts_once(lab: NewLab) -> None:
    sweep = "sweep: {model.lr: '0.01,0.001', seed: '0,0,0,0,0'}"
    _, levels = planned_test_of(lab({"study": study(sweep, f"compare: {{{TEST}}}")}))
    assert levels == {"0.01": 1, "0.001": 1}


def test_pooled_nuisance_is_a_block(lab: NewLab) -> None:
    """Most runs of the control have one epoch, and most of the treatment three."""
    points = [(0.001, 1, range(4)), (0.001, 3, range(2)), (0.01, 1, range(2)), (0.01, 3, range(4))]
    rows = [
        f"{{model.lr: {rate}, trainer.max_epochs: {epochs}, seed: {seed}}}"
        for rate, epochs, seeds in points
        for seed in seeds
    ]
    test, levels = planned_test_of(
        lab({"study": study(f"sweep: {{list: [{', '.join(rows)}]}}", f"compare: {{{TEST}}}")})
    )
    assert (test.block, levels) == (("trainer.max_epochs",), {"0.001": 6, "0.01": 6})
    assert "averaged over trainer.max_epochs" in test.claims[0].text


def test_the_claim_that_is_decided_stands_beside_the_sentence(lab: NewLab, capsys: pytest.CaptureFixture[str]) -> None:
    """The hypothesis names another winner than the test."""
    text = study(RATES, f"compare: {{{TEST}, treatment: 0.003, minimum_effect: 0.01}}")
    assert main(["-C", str(lab({"study": text}).root), "explain", "study"]) == 0
    lines = capsys.readouterr().out.splitlines()
    position = lines.index("hypothesis: A rate of 1e-6 beats 0.001.")
    claim = "mean accuracy at model.lr=0.003 exceeds that at model.lr=0.001 by more than 0.01"
    assert lines[position + 1] == f"tested claim: {claim}"


def test_a_rejected_test_ends_with_exit_code_2_and_one_line(lab: NewLab, capsys: pytest.CaptureFixture[str]) -> None:
    text = study(
        RATES, "compare: {metric: eval_loss, goal: maximize, factor: model.lr, control: 0.001, treatment: 0.003}"
    )
    assert main(["-C", str(lab({"study": text}).root), "compile", "study"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "conf/experiment/study.yaml:5:32: experiment.compare.goal: maximize contradicts 'eval_loss', of which lower values"
        " are better (write minimize, or log the metric under another name)"
    ]
