"""Tracing a number of a report to runs and files."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rich.console import Console

from agents.documents.report_json import collect_report, report_from_json
from agents.documents.trace import NothingToTrace, trace
from tests.agents.documents.sample_documents import MEAN, RUNS, book, full_document

CONTENT = json.loads(json.dumps(collect_report(full_document(), book()).to_json()))
REPORT = report_from_json(CONTENT)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (MEAN, [MEAN]),
        ("0.951", [MEAN, RUNS[1]]),
        ("+0.952", [RUNS[2]]),
        ("hypothesis", [MEAN]),
        ("accuracy", ["test.metric"]),
    ],
    ids=["id", "number", "signed number", "verdict", "text value"],
)
def test_a_query_finds_facts_by_id_value_or_verdict(query: str, expected: list[str]) -> None:
    assert [chain.fact.id for chain in trace(REPORT, {}, query).chains] == expected


def test_a_report_is_unchanged_after_writing_and_reading() -> None:
    assert collect_report(full_document(), book()) == REPORT


def test_a_chain_lists_the_facts_and_files_that_a_fact_is_computed_from() -> None:
    [chain] = trace(REPORT, book().facts, MEAN).chains
    assert [fact.id for fact in chain.origins] == [MEAN, *RUNS]
    assert [source.file for source in chain.sources] == ["results/arm.json", "results/run.json"]


def test_facts_that_the_report_lacks_are_taken_from_the_experiment() -> None:
    facts = {name: fact for name, fact in REPORT.facts.items() if name != RUNS[0]}
    report = replace(REPORT, facts=facts)
    [chain] = trace(report, book().facts, MEAN).chains
    assert RUNS[0] in [fact.id for fact in chain.origins]


def test_a_query_without_match_raises_an_error_that_suggests_similar_ids() -> None:
    with pytest.raises(NothingToTrace, match=r"the value 'arm\[model.lr=0.01\].accuracy'; similar: "):
        trace(REPORT, {}, "arm[model.lr=0.01].accuracy")


def test_a_trace_is_printed_as_a_tree_and_as_json() -> None:
    result = trace(REPORT, book().facts, MEAN)
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(result)
    text = console.export_text()
    assert MEAN in text
    assert "results/run.json (sha256 abababababab)" in text
    [chain] = result.to_json()["chains"]
    assert chain["shown"] == "0.9510"
    assert [fact["id"] for fact in chain["origins"]] == [MEAN, *RUNS]
