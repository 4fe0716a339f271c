"""The gate of the experiment closes for a spec that does not state what it asks or what it delivers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedDocument
from compiler.plan.plan_files import current_plan
from rules.gates.experiment_gate import experiment_gate, experiment_gate_errors
from rules.gates.gate import Decider
from tests.labs import spec, write_lab
from tests.plans import planned_experiment

COMPLETE: dict[str, Any] = {"hypothesis": "H.", "research_question": "Q?", "deliverables": [{"type": "config"}]}


@pytest.mark.parametrize(
    ("fields", "failed"),
    [
        pytest.param({}, [], id="complete"),
        pytest.param({"research_question": " \n"}, ["research_question"], id="blank question"),
        pytest.param({"deliverables": []}, ["deliverables"], id="no deliverable"),
        pytest.param({"hypothesis": " "}, ["hypothesis"], id="blank hypothesis"),
        pytest.param(
            {"research_question": "", "deliverables": []}, ["research_question", "deliverables"], id="both missing"
        ),
        pytest.param({"research_question": "", "deliverables": [], "exploratory": True}, [], id="exploratory"),
        pytest.param({"hypothesis": "", "exploratory": True}, ["hypothesis"], id="exploratory without hypothesis"),
    ],
)
def test_gate_requires_hypothesis_question_and_deliverable(fields: dict[str, Any], failed: list[str]) -> None:
    gate = experiment_gate(planned_experiment(spec=COMPLETE | fields))
    assert [requirement.name for requirement in gate.failed] == failed


def test_analysis_that_names_no_function_closes_the_gate() -> None:
    analyses = {"count": PlannedDocument("", "c0de")}
    (failed,) = experiment_gate(planned_experiment(spec=COMPLETE, analyses=analyses)).failed
    assert (failed.name, failed.reason) == ("analysis_pipeline", "names no function: count")


def test_open_gate_states_who_admitted_the_experiment_and_why() -> None:
    gate = experiment_gate(planned_experiment(spec=COMPLETE), Decider("person", "Ada"), "snakemake study")
    assert (gate.decided_by, gate.passed) == (Decider("person", "Ada"), True)
    assert gate.why == "the spec states what it asks and delivers; snakemake study"


def test_no_person_can_open_the_gate_for_a_spec_that_does_not_pass() -> None:
    gate = experiment_gate(planned_experiment(spec={"hypothesis": "H."}), Decider("person", "Ada"), "snakemake study")
    assert (gate.passed, gate.decided_by.kind) == (False, "code")


def compiled(root: Path, *lines: str) -> tuple[Lab, Plan]:
    node = "".join(f"  {line}\n" for line in lines)
    lab = write_lab(root, {"study": f"# @package _global_\nexperiment:\n{node}trainer: {{max_epochs: 1}}\n"})
    return lab, current_plan(lab)


@pytest.mark.parametrize(
    ("lines", "errors"),
    [
        pytest.param(
            ("hypothesis: H.",),
            (
                "conf/experiment/study.yaml:2: experiment.research_question: is missing (state the question, or write "
                "`exploratory: true`)",
                "conf/experiment/study.yaml:2: experiment.deliverables: names no deliverable (list what the experiment "
                "delivers, or write `exploratory: true`)",
            ),
            id="neither",
        ),
        pytest.param(
            ("hypothesis: H.", "description: D.", "research_question: ' '", "deliverables: [{type: config}]"),
            (
                "conf/experiment/study.yaml:5: experiment.research_question: is missing (state the question, or write "
                "`exploratory: true`)",
            ),
            id="blank question, at its own line",
        ),
        pytest.param(("hypothesis: H.", "exploratory: true"), (), id="exploratory"),
    ],
)
def test_errors_have_file_line_and_remedy(tmp_path: Path, lines: tuple[str, ...], errors: tuple[str, ...]) -> None:
    lab, plan = compiled(tmp_path, *lines)
    assert experiment_gate_errors(lab.root, plan.experiments["study"]) == errors


def test_lines_of_other_keys_with_the_same_name_are_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text("model:\n  deliverables: 3\n# experiment: none\nexperiment: {hypothesis: H.}\n", encoding="utf-8")
    study = planned_experiment(file="study.yaml", spec={"hypothesis": "H."})
    assert [line.split(" ")[0] for line in experiment_gate_errors(tmp_path, study)] == ["study.yaml:4:"] * 2


def test_spec_that_cannot_be_read_is_reported_at_its_first_line(tmp_path: Path) -> None:
    errors = experiment_gate_errors(
        tmp_path, planned_experiment(file="gone.yaml", spec=COMPLETE | {"deliverables": []})
    )
    assert errors[0].startswith("gone.yaml:1: experiment.deliverables: ")


def test_sweep_from_the_command_line_is_exploratory_by_itself(tmp_path: Path) -> None:
    lab = write_lab(tmp_path, {"study": spec("experiment: {hypothesis: H.}")})
    sweep = lab.sweep("study_sweep")
    sweep.parent.mkdir(parents=True)
    sweep.write_text(spec("experiment: {hypothesis: H.}"), encoding="utf-8")
    plan = current_plan(lab)
    assert experiment_gate(plan.experiments["study_sweep"]).passed
    assert not experiment_gate(plan.experiments["study"]).passed
