"""The results of two experiments side by side: values and verdicts of each, and judgements only of tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.results.content.summary import ArmSummary, MetricSummary, SummaryMetrics
from rules.results.experiment_results import write_results
from rules.results.two_experiments.render_side_by_side import side_by_side_view
from rules.results.two_experiments.side_by_side import NOT_TESTED, side_by_side
from tests.plans import plan_of, planned_experiment
from tests.run_files import experiment_results, registration_results

JUDGEMENTS = ("better", "worse", "higher", "lower", "improve", "outperform", "best", "winner", "gain")
COMPARISON = {"claims": [{"text": "mean accuracy at lr=1 exceeds that at lr=0", "type": "", "verdict": "supported"}]}


def summary(mean: float, *names: str) -> SummaryMetrics:
    metrics = {name: MetricSummary(mean, 0.125, 3) for name in names}
    return SummaryMetrics("accuracy", (ArmSummary({"lr": mean}, 3, 1, metrics),), None)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    write_results(
        lab.results_file("parent"),
        experiment_results(experiment_id="parent", summary_metrics=summary(0.5, "accuracy", "loss")),
    )
    results: dict[str, Any] = {"verdict": "supported", "comparison": COMPARISON | {"reason": "Clear."}}
    write_results(
        lab.results_file("child"),
        experiment_results(
            experiment_id="child",
            summary_metrics=summary(0.75, "accuracy", "f1"),
            registration=registration_results(standing="exploratory"),
            **results,
        ),
    )
    return lab


PLAN = plan_of(
    planned_experiment("parent", {"a": {"lr": 0.5}}, parameters={"lr": 0.5}),
    planned_experiment("child", {"a": {"lr": 0.5}, "b": {"lr": 0.75}}, parameters={"lr": [0.5, 0.75]}),
    planned_experiment("unbuilt", {"c": {}}),
    parents={"child": "parent"},
)


def shown(lab: Lab, left: str, right: str) -> str:
    console = Console(width=160)
    with console.capture() as capture:
        console.print(side_by_side_view(side_by_side(lab, PLAN, left, right)))
    return capture.get()


def test_view_has_the_arms_verdicts_and_parameters_of_both(lab: Lab) -> None:
    text = shown(lab, "parent", "child")
    assert "supported (exploratory)" in text
    assert "0.5 (sd 0.125)" in text
    assert "0.75 (sd 0.125)" in text
    assert "mean accuracy at lr=1 exceeds that at lr=0: supported" in text
    assert "1 shared run\n" in text
    assert ("f1" in text, "loss" in text) == (False, False)


def test_view_has_no_word_of_judgement_without_a_test(lab: Lab) -> None:
    text = shown(lab, "parent", "child")
    assert " ".join(NOT_TESTED.split()) in " ".join(text.split())
    assert not [word for word in JUDGEMENTS if word in text.replace("exceeds that at", "")]


def test_view_of_a_changed_experiment_states_that_its_results_are_old(lab: Lab) -> None:
    assert "child: the results are those of the last build; runs now: 2 waiting" in shown(lab, "parent", "child")


def test_test_against_the_parent_is_shown(lab: Lab) -> None:
    verdicts = [
        {"id": "baseline.parent[parent].arm[lr=1].arm[lr=0]", "conclusion": "held", "sentence": "It did not fall."},
        {"id": "baseline.baseline[other]", "conclusion": "regressed", "sentence": "Another reference."},
    ]
    write_json(lab.analysis("child", "baseline_comparison"), {"verdicts": verdicts})
    for names in (("parent", "child"), ("child", "parent")):
        text = shown(lab, *names)
        assert "child: held. It did not fall." in text
        assert ("No test" in text, "Another reference" in text) == (False, False)


def test_unbuilt_experiment_is_shown_without_results(lab: Lab) -> None:
    assert "no results yet" in shown(lab, "unbuilt", "parent")
    document = side_by_side(lab, PLAN, "unbuilt", "child").to_json()
    assert json.loads(json.dumps(document, allow_nan=False))["experiments"][0]["verdict"] is None
    assert document["experiments"][1]["arms"][0]["metrics"]["accuracy"] == {"mean": 0.75, "sd": 0.125, "n": 3}
