"""An analysis as a document, and back with other words."""

from __future__ import annotations

from agents.analysis.analysis_documents import analysis_document, with_reworded_texts
from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Proposal, Recommendation
from agents.documents.document import Figure, Table
from agents.documents.slots import replace_slots, rewordable_slots, slots

FACTS = ("experiment.runs",)
FOUND = Analysis(
    analyst="my_analysts:calm",
    experiment_id="rates",
    title="What was found",
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


def test_every_text_of_an_analysis_stands_in_its_document() -> None:
    texts = set(slots(analysis_document(FOUND)).values())
    assert texts >= {"What was found", "In short.", "A result.", "An anomaly.", "A limitation.", "A prediction."}
    assert texts >= {"Do this.", "To see.", "*A thing.* No data.", "A table.", "A figure.", "A line."}


def test_files_and_numbers_of_proposals_are_data() -> None:
    assert not any("next.yaml" in text for text in slots(analysis_document(FOUND)).values())
    assert "next.yaml  runs: 4" in analysis_document(FOUND).model_dump_json()


def test_what_must_be_told_is_not_worded() -> None:
    texts = set(rewordable_slots(analysis_document(FOUND)).values())
    assert texts >= {"A result.", "Do this.", "In short."}
    assert not texts & {"An anomaly.", "A limitation.", "A prediction.", "*A thing.* No data."}


def test_empty_sections_are_left_out() -> None:
    bare = Analysis(analyst="a", experiment_id="e", title="T", summary="S.")
    assert [each.id for each in analysis_document(bare).sections] == ["summary"]


def test_the_words_of_a_document_come_back_into_the_analysis() -> None:
    document = analysis_document(FOUND)
    other = {slot: f"{text} Really." for slot, text in rewordable_slots(document).items()}
    found = with_reworded_texts(FOUND, replace_slots(document, other))
    assert found.summary == "In short. Really."
    assert [one.text for one in found.findings] == [
        "A result. Really.",
        "An anomaly.",
        "A limitation.",
        "A prediction.",
    ]
    assert found.figures[0].caption == "A figure. Really."
    assert (found.analyst, found.findings[0].facts) == (FOUND.analyst, FACTS)


def test_unworded_it_is_the_same() -> None:
    assert with_reworded_texts(FOUND, analysis_document(FOUND)) == FOUND
