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
from tests.compiler.reproduction.made_reproductions import MACHINE, reproduction

FIRST, SECOND = "a" * 12, "b" * 12
LATER: dict[str, Any] = {"at": "20300302T101500.000000Z"}
DIFFERENT: dict[str, Any] = {"result": "different", "cause": Difference("package", "numpy", "2.3", "2.4")}
OTHER_CODE: dict[str, Any] = {"result": "different", "cause": Difference("code", "own.py", "sha256 1", "sha256 2")}
CHANGED: dict[str, Any] = {
    "result": "different",
    "cause": Difference("record", "metrics.json: was changed after the training"),
    "trainings": 0,
    "machine": None,
}


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
            {
                "times": 1,
                "runs": 1,
                "differing_runs": 1,
                "result": "different",
                "cause": f"run {SECOND} at 2030-03-02 10:15 UTC on {MACHINE}: package: numpy: recorded 2.3, now 2.4",
            },
            id="the latest of a run differs",
        ),
        pytest.param(
            (reproduction(FIRST, **DIFFERENT), reproduction(SECOND, **LATER)),
            {
                "runs": 1,
                "differing_runs": 1,
                "last": "2030-03-02 10:15 UTC",
                "result": "identical",
                "cause": f"run {FIRST} at 2030-03-01 09:15 UTC on {MACHINE}: package: numpy: recorded 2.3, now 2.4",
            },
            id="the last repetition is of another run than the one that differs",
        ),
        pytest.param(
            (reproduction(FIRST), reproduction(FIRST, **LATER, **OTHER_CODE)),
            {
                "times": 0,
                "runs": 1,
                "differing_runs": 0,
                "unrepeated_runs": 1,
                "other_code": 1,
                "last": "2030-03-01 09:15 UTC",
                "result": "identical",
            },
            id="other code says nothing",
        ),
        pytest.param(
            (reproduction(FIRST), reproduction(SECOND, **LATER, **CHANGED)),
            {
                "repeated_runs": 1,
                "differing_runs": 0,
                "failed_runs": 1,
                "unrepeated_runs": 0,
                "cause": f"run {SECOND} at 2030-03-02 10:15 UTC: record: metrics.json: was changed after the training",
            },
            id="a changed file is not repeated",
        ),
        pytest.param(
            (reproduction(FIRST), reproduction(SECOND, machine=Machine("ARM", (), "Linux"))),
            {"hardware": "ARM, Linux"},
            id="the hardware is that of the last repetition",
        ),
    ],
)
def test_facts_count_recorded_reproductions(counted: tuple[Reproduction, ...], values: dict[str, Any]) -> None:
    facts = facts_of(*counted)
    assert {name: facts[f"reproduction.{name}"].value for name in values} == values
    assert {fact.source.file for fact in facts.values()} == {"reproductions/last.json"}
    assert ("reproduction.cause" in facts) == ("cause" in values)
    assert ("reproduction.tolerance" in facts) == ("tolerance" in values)


def test_only_repetitions_with_other_code_have_no_result() -> None:
    facts = facts_of(reproduction(FIRST, **OTHER_CODE))
    assert (facts["reproduction.records"].value, facts["reproduction.other_code"].value) == (1, 1)
    assert not {"reproduction.last", "reproduction.result", "reproduction.cause"} & facts.keys()
