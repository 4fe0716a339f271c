"""Rewording an analysis changes its texts and nothing else."""

from __future__ import annotations

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.review.template_review import review, review_analysis
from agents.rewording.reword_analysis import reword_analysis
from tests.agents.rewording.sample_case import CASE, FAST, PROMPT, Model, data_of, fact, texts

GAP = fact(f"performance.{FAST}.gap", 0.02, FAST, "share", "gap between training and test")
ANALYSIS = Analysis(
    analyst="performance_analysis",
    experiment_id="digits_lr",
    title="How training went",
    summary="Of {{f:experiment.runs}} runs, {{f:experiment.runs.failed}} failed.",
    findings=(
        Finding(id="gap", text=f"With {{{{f:{FAST}.level}}}} the gap was {{{{f:{GAP.id}}}}}.", facts=(GAP.id,)),
        Finding(id="odd", kind="anomaly", text="A loss was not finite."),
    ),
    recommendations=(Recommendation(text="Add seeds.", facts=()),),
    not_estimated=(NotEstimated(what="The learning curves", why="No history was kept."),),
    facts=(GAP.to_json(),),
)


def gap_slot() -> str:
    """Return the slot of the finding in the document that is created from the analysis."""
    return next(slot for slot, text in requested_texts().items() if GAP.id in text)


def requested_texts() -> dict[str, str]:
    model = Model([texts()])
    reword_analysis(ANALYSIS, CASE, PROMPT, model, review)
    requested: dict[str, str] = data_of(model.requests[0])["texts"]
    return requested


def test_reworded_finding_keeps_its_facts() -> None:
    new_text = f"The arm {{{{f:{FAST}.level}}}} had a gap of {{{{f:{GAP.id}}}}}."
    analysis, record = reword_analysis(ANALYSIS, CASE, PROMPT, Model([texts(**{gap_slot(): new_text})]), review)
    gap = ANALYSIS.findings[0].model_copy(update={"text": new_text})
    assert analysis == ANALYSIS.model_copy(update={"findings": (gap, ANALYSIS.findings[1])})
    assert record.counts["accepted"] == 1
    assert review_analysis(analysis, CASE.book) == []


def test_anomaly_is_not_reworded() -> None:
    assert "A loss was not finite." not in requested_texts().values()


def test_invented_text_leaves_the_analysis_unchanged() -> None:
    invented = texts(**{gap_slot(): "The gap was 2 percent, which is better."})
    assert reword_analysis(ANALYSIS, CASE, PROMPT, Model([invented] * 3), review)[0] == ANALYSIS
