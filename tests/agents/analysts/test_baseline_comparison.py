"""The baseline analyst compares arms with baselines and the parent, and tests contrasts for equivalence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents.analysis.analysis_schema import Analysis
from agents.analysis.tasks import Task
from agents.analysts.baseline_comparison import analyse
from agents.context.baselines import Baseline
from agents.context.case import Book, Case
from agents.documents.placeholders import placeholders
from agents.facts.fact import fact_from_json
from agents.facts.number_format import format_fact
from agents.facts.verdict import verdict_from_json
from tests.agents.studies import Rows, grid, study

LR = {"factor": "model.lr", "control": 0.1, "minimum_effect": 0.04}
RUNS = grid("model.lr", {0.1: [0.80, 0.81, 0.82, 0.83], 0.2: [0.90, 0.91, 0.92, 0.93]})
TASK = Task("baseline_comparison")


def recorded(**more: Any) -> dict[str, Any]:
    fields = {
        "name": "old",
        "title": "an old network",
        "metric": "accuracy",
        "goal": "maximize",
        "applies_to": {"tags": ["small"]},
        "source": {"text": "measured"},
    }
    baseline = Baseline.model_validate(fields | more).model_dump()
    return {**baseline, "file": "conf/baseline/old.yaml", "sha256": "e" * 64}


def conclusions(analysis: Analysis) -> dict[str, str]:
    return {verdict["id"]: verdict["conclusion"] for verdict in analysis.verdicts}


def book(case: Case, analysis: Analysis) -> Book:
    return case.book.with_findings(map(fact_from_json, analysis.facts), map(verdict_from_json, analysis.verdicts))


def test_arms_are_compared_with_recorded_runs(tmp_path: Path) -> None:
    case = study(RUNS, LR, baselines=[recorded(values=[0.90, 0.91, 0.92, 0.93], margin=0.04)])
    analysis = analyse(case, TASK, tmp_path / "analysis" / "figures")
    assert conclusions(analysis) == {
        "baseline[old]": "held",
        "baseline[old].arm[model.lr=0.1]": "regressed",
        "baseline[old].arm[model.lr=0.2]": "held",
    }
    assert all(verdict["is_post_hoc"] for verdict in analysis.verdicts)
    assert all("post hoc" in verdict["words"] for verdict in analysis.verdicts)
    assert analysis.figures[0].path == "analysis/figures/baselines.png"
    assert (tmp_path / analysis.figures[0].path).is_file()
    assert (tmp_path / analysis.figures[0].path).with_suffix(".svg").is_file()


FORMS = {
    "runs": ({"values": [0.90, 0.91, 0.92], "margin": 0.02}, "regressed"),
    "mean, sd and n": ({"mean": 0.91, "sd": 0.01, "n": 8, "margin": 0.02}, "regressed"),
    "a single number": ({"value": 0.91, "margin": 0.02}, "not judged"),
    "no margin": ({"values": [0.90, 0.91, 0.92]}, "not judged"),
}


@pytest.mark.parametrize(("form", "expected"), FORMS.values(), ids=FORMS)
def test_form_of_a_baseline_decides_whether_an_arm_is_judged(
    form: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    analysis = analyse(study(RUNS, LR, baselines=[recorded(**form)]), TASK, tmp_path)
    assert conclusions(analysis)["baseline[old].arm[model.lr=0.1]"] == expected


def test_baseline_of_another_experiment_is_not_compared(tmp_path: Path) -> None:
    other = recorded(value=0.9, applies_to={"experiments": ["another"]})
    analysis = analyse(study(RUNS, LR, baselines=[other]), TASK, tmp_path)
    assert analysis.verdicts == ()
    assert any("No baseline is recorded" in question.why for question in analysis.not_estimated)


def test_arms_are_compared_with_the_control_only_by_the_registered_test(tmp_path: Path) -> None:
    case = study(RUNS, LR)
    analysis = analyse(case, TASK, tmp_path)
    assert [finding.verdicts for finding in analysis.findings] == [("contrast[model.lr=0.2|0.1]",)]
    assert analysis.facts == ()


PARENT = [({"seed": seed}, value) for seed, value in enumerate([0.90, 0.91, 0.92, 0.93])]


def test_arms_are_compared_with_the_runs_of_the_parent(tmp_path: Path) -> None:
    analysis = analyse(study(RUNS, LR, parent=PARENT), TASK, tmp_path)
    assert conclusions(analysis) == {
        "baseline.parent[older].arm[all]": "held",
        "baseline.parent[older].arm[all].arm[model.lr=0.1]": "regressed",
        "baseline.parent[older].arm[all].arm[model.lr=0.2]": "held",
    }


def test_run_that_parent_and_child_share_is_excluded(tmp_path: Path) -> None:
    parent: Rows = [({"model.lr": 0.1, "seed": 0}, 0.80)]
    analysis = analyse(study(RUNS, LR, parent=parent), TASK, tmp_path)
    facts = {fact["id"]: fact["value"] for fact in analysis.facts}
    key = "baseline.parent[older].arm[model.lr=0.1]"
    assert facts[f"{key}.arm[model.lr=0.1].left_out"] == 1
    assert facts[f"{key}.arm[model.lr=0.1].n"] == 3
    assert facts[f"{key}.arm[model.lr=0.2].left_out"] == 0


def test_values_of_two_runs_are_reported_and_not_judged(tmp_path: Path) -> None:
    runs = grid("model.lr", {0.1: [0.80, 0.81], 0.2: [0.90, 0.91]})
    case = study(runs, LR, baselines=[recorded(values=[0.90, 0.91, 0.92], margin=0.02)])
    sentences = {verdict["id"]: verdict["sentence"] for verdict in analyse(case, TASK, tmp_path).verdicts}
    assert "0.8000 and 0.8100" in sentences["baseline[old].arm[model.lr=0.1]"]


def test_failed_arms_without_a_test_are_not_judged(tmp_path: Path) -> None:
    runs = grid("model.lr", {0.1: [None, None], 0.2: [0.90, 0.91]})
    analysis = analyse(study(runs, baselines=[recorded(value=0.9)]), TASK, tmp_path)
    assert conclusions(analysis)["baseline[old]"] == "not judged"


def test_texts_refer_only_to_existing_facts(tmp_path: Path) -> None:
    case = study(RUNS, LR, parent=PARENT, baselines=[recorded(values=[0.90, 0.91, 0.92], margin=0.02)])
    analysis = analyse(case, TASK, tmp_path)
    index = book(case, analysis)
    texts = [
        analysis.summary,
        *(finding.text for finding in analysis.findings),
        *(recommendation.text for recommendation in analysis.recommendations),
    ]
    texts += [cell for table in analysis.tables for row in table.rows for cell in (*row, table.caption)]
    names = [placeholder.name for text in texts for placeholder in placeholders(text) if placeholder.kind == "f"]
    assert len(names) > 20
    assert all(format_fact(index.facts[name]) for name in names)
    used = {name for finding in (*analysis.findings, *analysis.recommendations) for name in finding.facts}
    assert used <= index.facts.keys()
    assert {name for fact in index.facts.values() for name in fact.inputs} <= index.facts.keys()


def test_same_case_gives_the_same_bytes(tmp_path: Path) -> None:
    case = study(RUNS, LR, baselines=[recorded(values=[0.90, 0.91, 0.92], margin=0.02)])
    first, second = (analyse(case, TASK, tmp_path / name / "analysis" / "figures") for name in ("a", "b"))
    assert first.model_dump_json() == second.model_dump_json()
    for name in ("baselines.png", "baselines.svg"):
        files = [tmp_path / folder / "analysis" / "figures" / name for folder in ("a", "b")]
        assert files[0].read_bytes() == files[1].read_bytes()


NOISY = grid("model.lr", {0.1: [0.80, 0.83, 0.77, 0.81], 0.2: [0.81, 0.76, 0.84, 0.80]})
TIGHT = grid("model.lr", {0.1: [0.800, 0.801, 0.802, 0.803], 0.2: [0.801, 0.800, 0.803, 0.802]})
EQUIVALENCE = {
    "close": (TIGHT, LR, {"equivalence[model.lr=0.2|0.1]": "alike"}),
    "large variation": (NOISY, LR, {"equivalence[model.lr=0.2|0.1]": "not shown alike"}),
    "supported": (RUNS, LR, {}),
    "no minimum effect": (NOISY, LR | {"minimum_effect": 0.0}, {}),
    "two runs": (grid("model.lr", {0.1: [0.80, 0.81], 0.2: [0.80, 0.81]}), LR, {}),
    "no variation": (grid("model.lr", {0.1: [0.8] * 4, 0.2: [0.8] * 4}), LR, {}),
}


@pytest.mark.parametrize(("runs", "compare", "expected"), EQUIVALENCE.values(), ids=EQUIVALENCE)
def test_equivalence_is_tested_for_contrasts_that_are_not_supported(
    runs: Rows, compare: dict[str, Any], expected: dict[str, str], tmp_path: Path
) -> None:
    case = study(runs, compare)
    analysis = analyse(case, TASK, tmp_path)
    assert {name: outcome for name, outcome in conclusions(analysis).items() if name.startswith("equi")} == expected
    assert {name for verdict in analysis.verdicts for name in verdict["facts"]} <= book(case, analysis).facts.keys()


def test_equivalence_sentence_has_an_interval_and_is_labelled_post_hoc(tmp_path: Path) -> None:
    (verdict,) = analyse(study(TIGHT, LR), TASK, tmp_path).verdicts
    assert verdict["sentence"].startswith(
        "In a post hoc test of equivalence, accuracy with model.lr = 0.2 is within 0.04 of that with 0.1 (mean "
    )
    assert verdict["sentence"].endswith("n = 4 and 4). The test was not registered.")
    assert {"arm[model.lr=0.2]", "arm[model.lr=0.1]"} <= set(verdict["subjects"])
