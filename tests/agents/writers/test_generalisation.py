"""Reports state what their intervals cover and further estimates of the effects, and pass the quality review."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.context.case import Book, Case
from agents.documents.slots import slots
from agents.extraction.evidence import CONFIG
from agents.extraction.evidence import Document as File
from agents.extraction.extract import extract
from agents.facts.fact import by_id
from agents.registered_test.contrast import ItemErrors
from agents.review.template_review import review_document
from agents.writers.load_writer import load_writer
from agents.writers.shared.arms_figure import draw_arms
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.further_estimates import further_estimates
from tests.agents.small_experiment import COMPARE, evidence, sweep
from tests.agents.studies import study
from tests.agents.writers.test_reports_of_outcomes import text_of

ARMS = {0.001: (0.80, 0.81, 0.79, 0.805, 0.795), 0.01: (0.95, 0.94, 0.96, 0.955, 0.945)}
ONLY_SEEDS = "They do not cover the variation that another test set would add."
BOTH = "and the variation between test items."


def case(over_items: bool) -> Case:
    """Return a case whose test was decided over seeds only, or over seeds and items with these standard errors."""
    outputs = evidence(sweep(ARMS), COMPARE)
    comparison = outputs.results.content.comparison
    assert comparison is not None
    if over_items:
        contrasts = tuple(replace(c, item_errors=ItemErrors(360, 0.008, 0.013)) for c in comparison.contrasts)
        test = replace(comparison.test, generalize_to=("seed", "item"))
        comparison = replace(comparison, test=test, contrasts=contrasts)
    content = replace(outputs.results.content, comparison=comparison)
    outputs = replace(outputs, results=File(content, outputs.results.source))
    extracted = extract(outputs)
    points: Any = [{"name": run.point, "run": run.run_id, "overrides": run.overrides} for run in outputs.runs]
    spec = {"experiment_id": "small", "hypothesis": "It helps.", "sweep": {"seed": 1}, "deliverables": []}
    verdicts = {verdict.id: verdict for verdict in extracted.verdicts}
    book = Book(by_id(extracted.facts), verdicts, {**spec, "compare": COMPARE, "points": points})
    return Case("small", book, outputs.registration and outputs.registration.content, content)


@pytest.mark.parametrize("name", ["technical_report", "blog_post", "paper_draft"])
@pytest.mark.parametrize("over_items", [False, True], ids=["seeds", "seeds and items"])
def test_every_report_says_what_its_intervals_cover(name: str, over_items: bool, tmp_path: Path) -> None:
    written_case = case(over_items)
    draw_arms(CaseView(written_case), tmp_path / "reports/figures" / name)
    document = load_writer(name)(written_case, [], None)
    text = " ".join(slots(document).values())
    assert (ONLY_SEEDS in text, BOTH in text) == (not over_items, over_items)
    errors = "{{f:items.contrast[model.lr=0.01|0.001].accuracy.item_error}} over test items"
    assert (errors in text) == (over_items and name != "blog_post")
    objections = review_document(document, written_case.book, tmp_path)
    assert [f"{objection.slot}: {objection.reason}" for objection in objections] == []


def blocks(seeds: int) -> Case:
    """Return a case whose arms are compared within two data sets."""
    rng = np.random.default_rng(0)
    rows = [
        ({"model.lr": lr, "data": data, "seed": seed}, float(mean + 5 * lr + rng.normal(0, 0.01)))
        for lr in (0.001, 0.01)
        for data, mean in (("digits", 0.9), ("letters", 0.7))
        for seed in range(seeds)
    ]
    return study(rows, {"factor": "model.lr", "control": 0.001, "block": ["data"]})


@pytest.mark.parametrize(
    ("seeds", "interval"),
    [
        (10, "(95% confidence interval "),
        (3, "(no interval, because a block has too few runs or the runs are pairs)"),
    ],
    ids=["intervals", "too few runs"],
)
@pytest.mark.parametrize("name", ["technical_report", "paper_draft"])
def test_results_state_the_aggregates_over_blocks(name: str, seeds: int, interval: str, tmp_path: Path) -> None:
    written_case = blocks(seeds)
    draw_arms(CaseView(written_case), tmp_path / "reports/figures" / name)
    document = load_writer(name)(written_case, [], None)
    text = text_of(document, written_case.book, tmp_path)
    assert "Over 2 blocks, the interquartile mean of accuracy with model.lr = 0.01 was 0.8" in text
    assert re.search(r"The difference is 0\.0\d+ " + re.escape(interval), text)
    assert re.search(r"The probability of improvement is \S+ " + re.escape(interval), text)
    objections = review_document(document, written_case.book, tmp_path)
    assert [f"{objection.slot}: {objection.reason}" for objection in objections] == []


def test_arms_without_blocks_or_items_have_no_further_estimates() -> None:
    assert list(further_estimates(CaseView(case(over_items=False)))) == []


def test_reports_of_a_cross_validation_state_what_its_test_supposes(tmp_path: Path) -> None:
    gains = [0.105, 0.12, 0.13, 0.14, 0.155]
    rows = [
        ({"model.lr": lr, "data.fold": fold, "seed": 0}, 0.7 + 0.01 * fold + (gain if lr > 0.001 else 0.0))
        for lr in (0.001, 0.01)
        for fold, gain in enumerate(gains)
    ]
    compare = {"factor": "model.lr", "control": 0.001, "block": ["data.fold"], "paired": True}
    written_case = study(rows, compare, folds=5)
    draw_arms(CaseView(written_case), tmp_path / "reports/figures/technical_report")
    document = load_writer("technical_report")(written_case, [], None)
    text = " ".join(slots(document).values())
    assert "in pairs within each of {{f:test.folds}} folds" in text
    assert "measured on the fold that the training leaves out" in text
    assert "{{f:contrast[model.lr=0.01|0.001].accuracy.p_corrected}}" in text
    objections = review_document(document, written_case.book, tmp_path)
    assert [f"{objection.slot}: {objection.reason}" for objection in objections] == []


@pytest.mark.parametrize("name", ["technical_report", "blog_post", "paper_draft"])
def test_reports_state_nothing_about_the_data_of_a_training_function(name: str, tmp_path: Path) -> None:
    outputs = evidence(sweep(ARMS), COMPARE)
    config: Any = {"config": {"seed": 0, "model": {"_target_": "own.train", "lr": 0.1}}, "data": {}}
    runs = tuple(
        replace(run, documents={**run.documents, CONFIG: File(config, run.documents[CONFIG].source)})
        for run in outputs.runs
    )
    extracted = extract(replace(outputs, runs=runs))
    points: Any = [{"name": run.point, "run": run.run_id, "overrides": run.overrides} for run in outputs.runs]
    spec = {"experiment_id": "small", "hypothesis": "It helps.", "sweep": {"seed": 1}, "deliverables": []}
    verdicts = {verdict.id: verdict for verdict in extracted.verdicts}
    book = Book(by_id(extracted.facts), verdicts, {**spec, "compare": COMPARE, "points": points})
    written_case = Case("small", book, outputs.registration and outputs.registration.content, outputs.results.content)
    draw_arms(CaseView(written_case), tmp_path / "reports/figures" / name)
    document = load_writer(name)(written_case, [], None)
    text = " ".join(slots(document).values())
    assert "the same data set" not in text
    assert ONLY_SEEDS not in text
    assert "variation between its runs with different seeds, and no other" in text
    objections = review_document(document, written_case.book, tmp_path)
    assert [f"{objection.slot}: {objection.reason}" for objection in objections] == []
