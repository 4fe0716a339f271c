"""The quality review checks all analyses and the facts that they name, and keeps their rewording records."""

from __future__ import annotations

from typing import Any

from review_exam import SOURCE, exam_book

from agents.context.case import Case
from agents.context.results import Results
from agents.facts.fact import Fact
from rules.reporting.review_analyses import review_analyses

CASE = Case("digits_lr", exam_book(), None, Results("completed", False, "accuracy"))
SLOW_RUNS = Fact("performance.slow", 3, "runs", 3, "experiment", "slow runs", SOURCE, "tests:slow_runs")


def analysis(summary: str, **fields: Any) -> dict[str, Any]:
    return {
        "analyst": "performance_analysis",
        "experiment_id": "digits_lr",
        "title": "Training",
        "summary": summary,
    } | fields


def test_analysis_may_name_its_own_facts() -> None:
    performance = analysis("{{f:performance.slow}} runs were slow.", facts=[SLOW_RUNS.to_json()])
    assert review_analyses(CASE, {"performance_analysis": performance})["passed"]
    assert not review_analyses(CASE, {"performance_analysis": performance | {"facts": []}})["passed"]


def test_every_text_of_an_analysis_is_reviewed() -> None:
    bad = analysis(
        "Fine.",
        findings=[{"id": "a", "text": "It took 5 runs."}],
        recommendations=[{"text": "Take the better rate.", "facts": []}],
        not_estimated=[{"what": "Five effects", "why": "Fine."}],
        tables=[{"id": "t", "caption": "Fine", "columns": ["Best"], "rows": [["0.5"], ["a", "b"]]}],
        figures=[{"id": "f", "path": "../x.png", "caption": "Fine", "alt": "Rises faster"}],
        proposals=[{"experiment_id": "x", "file": "proposals/x.yaml", "purpose": "Beat it", "runs": 1}],
    )
    record = review_analyses(CASE, {"performance_analysis": bad})["documents"]["performance_analysis"]
    assert {objection["slot"] for objection in record["objections"]} == {
        "findings.0.text",
        "recommendations.0.text",
        "not_estimated.0.what",
        "tables.0.columns.0",
        "tables.0.rows.0.0",
        "tables.0.rows.1",
        "figures.0.path",
        "figures.0.alt",
        "proposals.0.purpose",
    }


def test_integration_may_name_the_facts_of_all_analyses() -> None:
    performance = analysis("Fine.", facts=[SLOW_RUNS.to_json()])
    integration = {"experiment_id": "digits_lr", "analysts": [], "summary": "{{f:performance.slow}} runs were slow."}
    assert review_analyses(CASE, {"performance_analysis": performance}, integration)["passed"]
    bad = review_analyses(CASE, {"performance_analysis": performance}, integration | {"summary": "It is better."})
    assert not bad["documents"]["integration"]["passed"]


def test_record_of_the_rewording_is_kept() -> None:
    record = {"model": "none", "decisions": []}
    review = review_analyses(CASE, {"performance_analysis": analysis("Fine.", wording=record)})
    assert review["documents"]["performance_analysis"] == {"objections": [], "passed": True, "wording": record}
