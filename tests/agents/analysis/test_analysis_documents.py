"""Conversion of an analysis to a document, and back with reworded texts."""

from __future__ import annotations

from agents.analysis.analysis_documents import analysis_document, with_reworded_texts
from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Proposal, Recommendation
from agents.documents.document import Figure, Table
from agents.documents.slots import replace_slots, rewordable_slots, slots

FACTS = ("experiment.runs",)
ANALYSIS = Analysis(
    analyst="my_analysts:analyse",
    experiment_id="rates",
    title="Findings of the analysis",
    summary="In short.",
    findings=(
        Finding(id="a", text="A result.", facts=FACTS),
        Finding(id="b", kind="anomaly", text="An anomaly.", facts=FACTS),
        Finding(id="c", kind="limitation", text="A limitation.", facts=FACTS),
        Finding(id="d", kind="prediction", text="A prediction.", facts=FACTS),
    ),
    recommendations=(Recommendation(text="Do this.", facts=FACTS),),
    not_estimated=(NotEstimated(what="A thing", why="No data."),),
    proposals=(Proposal(experiment_id="next", file="proposals/next.yaml", purpose="To see.", runs=4),),
    tables=(Table(id="t", caption="A table.", columns=("a",), rows=(("b",),)),),
    figures=(Figure(id="f", path="analysis/figures/f.png", caption="A figure.", alt="A line."),),
)


def test_document_contains_every_text_of_the_analysis() -> None:
    texts = set(slots(analysis_document(ANALYSIS)).values())
    assert texts >= {
        "Findings of the analysis",
        "In short.",
        "A result.",
        "An anomaly.",
        "A limitation.",
        "A prediction.",
    }
    assert texts >= {"Do this.", "To see.", "*A thing.* No data.", "A table.", "A figure.", "A line."}


def test_files_and_run_counts_of_proposals_are_not_texts() -> None:
    assert not any("next.yaml" in text for text in slots(analysis_document(ANALYSIS)).values())
    assert "next.yaml  runs: 4" in analysis_document(ANALYSIS).model_dump_json()


def test_required_texts_cannot_be_reworded() -> None:
    texts = set(rewordable_slots(analysis_document(ANALYSIS)).values())
    assert texts >= {"A result.", "Do this.", "In short."}
    assert not texts & {"An anomaly.", "A limitation.", "A prediction.", "*A thing.* No data."}


def test_empty_sections_are_omitted() -> None:
    minimal = Analysis(analyst="a", experiment_id="e", title="T", summary="S.")
    assert [section.id for section in analysis_document(minimal).sections] == ["summary"]


def test_reworded_texts_are_copied_back_into_the_analysis() -> None:
    document = analysis_document(ANALYSIS)
    new_texts = {slot: f"{text} Really." for slot, text in rewordable_slots(document).items()}
    reworded = with_reworded_texts(ANALYSIS, replace_slots(document, new_texts))
    assert reworded.summary == "In short. Really."
    assert [finding.text for finding in reworded.findings] == [
        "A result. Really.",
        "An anomaly.",
        "A limitation.",
        "A prediction.",
    ]
    assert reworded.figures[0].caption == "A figure. Really."
    assert (reworded.analyst, reworded.findings[0].facts) == (ANALYSIS.analyst, FACTS)


def test_unchanged_document_gives_the_same_analysis() -> None:
    assert with_reworded_texts(ANALYSIS, analysis_document(ANALYSIS)) == ANALYSIS
