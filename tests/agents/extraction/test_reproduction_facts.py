"""Facts of reproductions exist only for recorded ones, and count what every completed run has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents.extraction.evidence import Document
from agents.extraction.extract import extract
from agents.facts.fact import Fact, by_id
from compiler.recorded_files.damaged_file import DamagedFile
from compiler.reproduction.reproduction import Difference, Machine, Reproduction
from compiler.reproduction.summary import Summary
from tests.agents.small_experiment import evidence, source, sweep
from tests.compiler.reproduction.made_reproductions import reproduction

FIRST, SECOND = "a" * 12, "b" * 12
LATER: dict[str, Any] = {"at": "20300302T101500.000000Z"}
DIFFERENT: dict[str, Any] = {"result": "different", "cause": Difference("package", "numpy", "2.3", "2.4")}


def facts_of(*counted: Reproduction, damaged: tuple[DamagedFile, ...] = ()) -> dict[str, Fact]:
    summary = Summary((FIRST, SECOND), tuple(sorted(counted, key=lambda made: made.at)), damaged)
    files = replace(evidence(sweep({0.1: [0.9]})), reproductions=Document(summary, source("reproductions/last.json")))
    return {name: fact for name, fact in by_id(extract(files).facts).items() if name.startswith("reproduction.")}


def test_without_a_record_that_counts_there_is_no_fact() -> None:
    assert facts_of(damaged=(DamagedFile("reproductions/forged.json", "was edited"),)) == {}
    assert not [fact for fact in extract(evidence(sweep({0.1: [0.9]}))).facts if fact.id.startswith("reproduction")]


@pytest.mark.parametrize(
    ("counted", "values"),
    [
        pytest.param(
            (reproduction(FIRST), reproduction(SECOND, **LATER)),
            {"times": 1, "runs": 2, "records": 2, "last": "2030-03-02 10:15 UTC", "result": "identical"},
            id="each run once",
        ),
        pytest.param(
            (reproduction(FIRST), reproduction(FIRST, **LATER)),
            {"times": 0, "runs": 1, "repeated_runs": 1, "records": 2, "result": "identical"},
            id="one of two runs twice",
        ),
        pytest.param(
            (reproduction(FIRST), reproduction(SECOND, result="within_tolerance", tolerance=0.01)),
            {"times": 1, "result": "within_tolerance", "tolerance": 0.01},
            id="within tolerance",
        ),
        pytest.param(
            (reproduction(FIRST), reproduction(SECOND), reproduction(SECOND, **LATER, **DIFFERENT)),
            {"times": 1, "runs": 1, "result": "different", "cause": "package: numpy: recorded 2.3, now 2.4"},
            id="the latest of a run differs",
        ),
        pytest.param(
            (reproduction(FIRST), reproduction(SECOND, machine=Machine("ARM", (), "Linux"))),
            {"hardware": "AMD EPYC 7763, NVIDIA H100, Linux-6.1; ARM, Linux"},
            id="two machines",
        ),
    ],
)
def test_facts_count_recorded_reproductions(counted: tuple[Reproduction, ...], values: dict[str, Any]) -> None:
    facts = facts_of(*counted)
    assert {name: facts[f"reproduction.{name}"].value for name in values} == values
    assert {fact.source.file for fact in facts.values()} == {"reproductions/last.json"}
    assert ("reproduction.cause" in facts) == ("cause" in values)
    assert ("reproduction.tolerance" in facts) == ("tolerance" in values)
