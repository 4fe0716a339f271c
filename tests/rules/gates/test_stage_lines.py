"""The summary names the documents that a closed gate kept from being written, and the stage at which a build ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument, PlannedExperiment
from compiler.stages.names import GateName
from rules.gates.continuation import is_stopped
from rules.gates.gate import decide, write_gate
from rules.gates.stage_lines import closed_gate_lines, last_stage, stage_lines
from tests.plans import planned_experiment

DOCUMENT = PlannedDocument("notes:write", "c0de")


def study(on_gate: str = "stop", **changes: Any) -> PlannedExperiment:
    documents = {"analyses": {"count": DOCUMENT, "rank": DOCUMENT}, "reports": {"note": DOCUMENT}}
    return planned_experiment(spec={"hypothesis": "H.", "on_gate": on_gate}, **documents | changes)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def close(lab: Lab, *names: GateName) -> None:
    for name in ("training", "validation"):
        write_gate(lab, "study", decide(name, {"a": "no" if name in names else ""}, "a test", "all is well"))


HINT = "experiment.on_gate: continue writes them with a label"


@pytest.mark.parametrize(
    ("closed", "experiment", "lines"),
    [
        pytest.param((), study(), [], id="no gate is closed"),
        pytest.param(
            ("training",),
            study(),
            ["study: 2 analyses and 1 report not written, because the training gate is closed (gates/training.json; "],
            id="training",
        ),
        pytest.param(
            ("training", "validation"),
            study(analyses={}),
            [
                "study: 1 report not written, because the training and validation gates are closed "
                "(gates/training.json, gates/validation.json; "
            ],
            id="both, one report",
        ),
        pytest.param(("validation",), study(analyses={}, reports={}), [], id="nothing is planned"),
        pytest.param(
            ("validation",),
            study("continue"),
            ["study: the validation gate is closed (gates/validation.json), which 2 analyses and 1 report state at "],
            id="continues",
        ),
    ],
)
def test_line_names_gate_and_documents(
    lab: Lab, closed: tuple[GateName, ...], experiment: PlannedExperiment, lines: list[str]
) -> None:
    close(lab, *closed)
    printed = list(closed_gate_lines(lab, experiment))
    assert [line[: len(start)] for line, start in zip(printed, lines, strict=True)] == lines
    assert is_stopped(lab, experiment) is bool(closed and experiment.spec["on_gate"] == "stop")


@pytest.mark.parametrize(
    ("names", "stage"),
    [
        ((), None),
        (("_train",), None),
        (("validation",), "validation"),
        (("validation", "training_execution"), "validation"),
    ],
    ids=["no --until", "a rule", "a stage", "two stages"],
)
def test_last_stage_of_a_build_is_found_among_the_names_after_until(names: tuple[str, ...], stage: str | None) -> None:
    assert last_stage(names) == stage


def test_state_of_the_last_stage_is_printed(lab: Lab) -> None:
    start = "study: training_execution is the last stage of this build (--until); "
    assert list(stage_lines(lab, study(), "training_execution")) == [f"{start}its gate is not decided"]
    close(lab, "training")
    closed = "its gate is closed: 1 of 1 requirements does not hold: a: no"
    assert list(stage_lines(lab, study(), "training_execution")) == [f"{start}{closed}"]
    close(lab)
    assert list(stage_lines(lab, study(), "training_execution")) == [f"{start}its gate is open: all is well"]
    write_text(lab.stage_mark("study", "report_generation"), "")
    (line,) = stage_lines(lab, study(reports={}), "report_generation")
    assert line.endswith("the spec plans nothing for this stage")
