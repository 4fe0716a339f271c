"""The texts of the ablation and baseline analysts pass the quality review for every kind of result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.analysis.tasks import make_agenda
from agents.analysts.load_analyst import load_analyst
from agents.context.baselines import Baseline
from agents.context.case import Case
from agents.review.template_review import review_analysis
from tests.agents.studies import Rows, grid, study

LR = {"factor": "model.lr", "control": 0.1, "minimum_effect": 0.04}
GOOD = grid("model.lr", {0.1: [0.80, 0.81, 0.82, 0.83], 0.2: [0.90, 0.91, 0.92, 0.93]})
FEW = grid("model.lr", {0.1: [0.80, 0.81], 0.2: [0.90, None]})
CROSSED: Rows = [
    ({"model.lr": lr, "model.width": width, "seed": seed}, 0.5 + lr + width / 100 + seed / 90)
    for lr in (0.1, 0.2)
    for width in (8, 16)
    for seed in range(3)
]
PARENT: Rows = [({"seed": seed}, value) for seed, value in enumerate([0.90, 0.91, 0.92, 0.93])]
CHANGES = [{"parameter": "trainer.max_epochs", "from": 2, "to": 5}, {"parameter": "model.a2", "from": None, "to": 3}]
RECORDED_VALUES: list[dict[str, Any]] = [
    {"values": [0.90, 0.91, 0.92], "margin": 0.04},
    {"mean": 0.7, "sd": 0.1, "n": 4, "margin": 0.01},
    {"value": 0.9},
]


def baselines() -> list[dict[str, Any]]:
    shared = {"metric": "accuracy", "goal": "maximize", "applies_to": {"tags": ["small"]}, "source": {"text": "x"}}
    results = [
        {"name": f"old{number}", "title": f"old {number}", **shared, **values}
        for number, values in enumerate(RECORDED_VALUES)
    ]
    files = {"file": "conf/baseline/old.yaml", "sha256": "e" * 64}
    return [{**Baseline.model_validate(baseline).model_dump(), **files} for baseline in results]


CASES: dict[str, Callable[[], Case]] = {
    "testable": lambda: study(GOOD, LR, parent=PARENT, baselines=baselines(), modifications=CHANGES),
    "few runs": lambda: study(FEW, LR, baselines=baselines(), failure="killed"),
    "shared with the parent": lambda: study(GOOD, LR, parent=[({"model.lr": 0.1, "seed": 0}, 0.80)]),
    "two factors": lambda: study(CROSSED, LR, parent=CROSSED[:2], baselines=baselines()),
    "a missing cell": lambda: study(CROSSED[:-3], LR, baselines=baselines()),
    "no test": lambda: study(CROSSED, baselines=baselines()),
    "only seeds": lambda: study(PARENT, baselines=baselines()),
    "all failed": lambda: study(grid("model.lr", {0.1: [None, None], 0.2: [None, None]}), LR, baselines=baselines()),
    "text levels": lambda: study(
        grid("model.act", {"relu": [0.8, 0.81, 0.82, 0.83], "tanh": [0.9, 0.91, 0.92, 0.93]}),
        {"factor": "model.act", "control": "relu"},
        baselines=baselines(),
    ),
    "overrides on the command line": lambda: study(GOOD, LR, overrides=["trainer.max_epochs=3"]),
}


@pytest.mark.parametrize("name", ["ablation_study", "baseline_comparison"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_analysis_has_no_objections(case: Callable[[], Case], name: str, tmp_path: Path) -> None:
    study_case, figures = case(), tmp_path / "analysis" / "figures"
    analysis = load_analyst(name)(study_case, make_agenda(study_case, [name]).task(name), figures)
    assert review_analysis(analysis, study_case.book, tmp_path) == []
