"""Reports state which sources of variation the intervals cover, and pass the quality review."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.context.case import Book, Case
from agents.documents.slots import slots
from agents.extraction.evidence import Document as File
from agents.extraction.extract import extract
from agents.facts.fact import by_id
from agents.registered_test.contrast import ItemErrors
from agents.review.template_review import review_document
from agents.writers.load_writer import load_writer
from agents.writers.shared.arms_figure import draw_arms
from agents.writers.shared.case_view import CaseView
from tests.agents.small_experiment import COMPARE, evidence, sweep

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
