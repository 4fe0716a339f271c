"""From a number back to runs and files."""

from __future__ import annotations

import json

import pytest
from papers import MEAN, RUNS, book, everything
from rich.console import Console

from agents.documents.report_json import report_to_json
from agents.documents.trace import NothingToTrace, trace

REPORT = json.loads(json.dumps(report_to_json(everything(), book())))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (MEAN, [MEAN]),
        ("0.951", [MEAN, RUNS[1]]),
        ("+0.952", [RUNS[2]]),
        ("hypothesis", [MEAN]),
        ("accuracy", ["test.metric"]),
    ],
    ids=["id", "number", "signed", "verdict", "word"],
)
def test_finds_the_facts(query: str, expected: list[str]) -> None:
    assert [chain.fact.id for chain in trace(REPORT, {}, query).chains] == expected


def test_a_chain_ends_at_runs_and_files() -> None:
    [chain] = trace(REPORT, book().facts, MEAN).chains
    assert [one.id for one in chain.origins] == [MEAN, *RUNS]
    assert [one.file for one in chain.sources] == ["results/arm.json", "results/run.json"]


def test_the_facts_of_the_experiment_complete_a_report() -> None:
    report = json.loads(json.dumps(report_to_json(everything(), book())))
    del report["facts"][RUNS[0]]
    [chain] = trace(report, book().facts, MEAN).chains
    assert RUNS[0] in [one.id for one in chain.origins]


def test_what_is_not_there_is_told_with_what_is_near() -> None:
    with pytest.raises(NothingToTrace, match=r"the value 'arm\[model.lr=0.01\].accuracy'; similar: "):
        trace(REPORT, {}, "arm[model.lr=0.01].accuracy")


def test_shown_in_a_terminal_and_as_json() -> None:
    found = trace(REPORT, book().facts, MEAN)
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(found)
    text = console.export_text()
    assert MEAN in text
    assert "results/run.json (sha256 abababababab)" in text
    [chain] = found.to_json()["chains"]
    assert chain["shown"] == "0.9510"
    assert [one["id"] for one in chain["origins"]] == [MEAN, *RUNS]
