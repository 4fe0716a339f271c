"""An analysis in other words is the same analysis."""

from __future__ import annotations

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.review.template_review import review, review_analysis
from agents.rewording.reword_analysis import reword_analysis
from tests.agents.rewording.sample_case import CASE, FAST, PROMPT, Model, data_of, fact, texts

FOUND = fact(f"performance.{FAST}.gap", 0.02, FAST, "share", "gap between training and test")
ANALYSIS = Analysis(
    analyst="performance_analysis",
    experiment_id="digits_lr",
    title="How training went",
    summary="Of {{f:experiment.runs}} runs, {{f:experiment.runs.failed}} failed.",
    findings=(
        Finding(id="gap", text=f"With {{{{f:{FAST}.level}}}} the gap was {{{{f:{FOUND.id}}}}}.", facts=(FOUND.id,)),
        Finding(id="odd", kind="anomaly", text="A loss was not finite."),
    ),
    recommendations=(Recommendation(text="Add seeds.", facts=()),),
    not_estimated=(NotEstimated(what="The course", why="No history was kept."),),
    facts=(FOUND.to_json(),),
)


def gap_of(model: Model) -> str:
    return next(at for at, text in data_of(model.requests[0])["texts"].items() if FOUND.id in text)


def test_a_finding_is_worded_anew_and_keeps_what_it_rests_on() -> None:
    asked = Model([texts()])
    reword_analysis(ANALYSIS, CASE, PROMPT, asked, review)
    new = f"The arm {{{{f:{FAST}.level}}}} had a gap of {{{{f:{FOUND.id}}}}}."
    analysis, record = reword_analysis(ANALYSIS, CASE, PROMPT, Model([texts(**{gap_of(asked): new})]), review)
    gap = ANALYSIS.findings[0].model_copy(update={"text": new})
    assert analysis == ANALYSIS.model_copy(update={"findings": (gap, ANALYSIS.findings[1])})
    assert record.counts["accepted"] == 1
    assert review_analysis(analysis, CASE.book) == []


def test_an_anomaly_is_not_worded() -> None:
    asked = Model([texts()])
    reword_analysis(ANALYSIS, CASE, PROMPT, asked, review)
    assert "A loss was not finite." not in data_of(asked.requests[0])["texts"].values()


def test_an_invention_leaves_the_analysis_as_it_was() -> None:
    asked = Model([texts()])
    reword_analysis(ANALYSIS, CASE, PROMPT, asked, review)
    lie = texts(**{gap_of(asked): "The gap was 2 percent, which is better."})
    assert reword_analysis(ANALYSIS, CASE, PROMPT, Model([lie] * 3), review)[0] == ANALYSIS
