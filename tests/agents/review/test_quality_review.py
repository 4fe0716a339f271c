"""The quality review of the pipeline: all analyses, the facts that they may name, and their rewording records."""

from __future__ import annotations

from typing import Any

from review_exam import SOURCE, exam_book

from agents.context.case import Case
from agents.context.results import Results
from agents.facts.fact import Fact
from rules.reporting.review_analyses import review_analyses

CASE = Case("digits_lr", exam_book(), None, Results("completed", False, "accuracy"))
OWN = Fact("performance.slow", 3, "runs", 3, "experiment", "slow runs", SOURCE, "tests:own")


def analysis(summary: str, **more: Any) -> dict[str, Any]:
    return {
        "analyst": "performance_analysis",
        "experiment_id": "digits_lr",
        "title": "Training",
        "summary": summary,
    } | more


def test_analysis_may_name_its_own_facts() -> None:
    own = analysis("{{f:performance.slow}} runs were slow.", facts=[OWN.to_json()])
    assert review_analyses(CASE, {"performance_analysis": own})["passed"]
    assert not review_analyses(CASE, {"performance_analysis": own | {"facts": []}})["passed"]


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
    own = analysis("Fine.", facts=[OWN.to_json()])
    together = {"experiment_id": "digits_lr", "analysts": [], "summary": "{{f:performance.slow}} runs were slow."}
    assert review_analyses(CASE, {"performance_analysis": own}, together)["passed"]
    bad = review_analyses(CASE, {"performance_analysis": own}, together | {"summary": "It is better."})
    assert not bad["documents"]["integration"]["passed"]


def test_record_of_the_rewording_is_kept() -> None:
    record = {"model": "none", "decisions": []}
    review = review_analyses(CASE, {"performance_analysis": analysis("Fine.", wording=record)})
    assert review["documents"]["performance_analysis"] == {"objections": [], "passed": True, "wording": record}
