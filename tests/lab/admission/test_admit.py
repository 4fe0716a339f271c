"""Which builds may start: a person's build is an approval, a program's build needs one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.admission import approval
from lab.admission.admit import admit, admit_build, build_command
from lab.admission.approval import NotAdmitted
from lab.admission.hold import OnHold, place_hold
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision
from lab.approvals.decision_files import read_decisions, record
from lab.approvals.person import NotAPerson
from lab.approvals.subject_hashes import experiment_subject
from lab.collaboration.policy import Policy
from tests.lab.approvals.made_decisions import PERSON, POLICY, TIME
from tests.plans import deliverable, plan_of, planned_experiment

ROSA = {"PROBAND_AS": "Rosa"}
WORKER = {"PROBAND_ACTOR": "worker:1"}
SPEC = {"hypothesis": "H.", "research_question": "Q?", "deliverables": [{}], "analysis_pipeline": []}


@dataclass(frozen=True)
class SmallLab:
    """A lab with the specs `first` and `second`, and its plan."""

    lab: Lab
    plan: Plan

    def admit(self, *names: str, environ: Mapping[str, str] = ROSA) -> None:
        admit(self.lab, self.plan, names or ("first",), "snakemake first", environ)

    def decide(self, outcome: Any, by: Actor = PERSON, **fields: Any) -> None:
        subject = experiment_subject(self.lab, self.plan.experiments["first"])
        record(self.lab, Decision((subject,), outcome, by, TIME, "proband", **fields))

    def gate(self, name: str) -> Any:
        return json.loads(self.lab.gate_file(name, "experiment").read_text(encoding="utf-8"))


@pytest.fixture
def small(tmp_path: Path) -> SmallLab:
    (tmp_path / "conf/experiment").mkdir(parents=True)
    experiments = []
    for name in ("first", "second"):
        (tmp_path / f"conf/experiment/{name}.yaml").write_text(f"experiment: {{name: {name}}}\n", encoding="utf-8")
        experiments.append(planned_experiment(name, {name: {}}, spec=SPEC, deliverables={"plot": deliverable()}))
    return SmallLab(Lab(tmp_path), plan_of(*experiments))


def test_build_of_a_person_is_recorded_once_as_an_approval(small: SmallLab, capsys: pytest.CaptureFixture[str]) -> None:
    small.admit("second", "first")
    small.admit("second", "first")
    small.admit("first")
    (made,) = read_decisions(small.lab).recorded
    assert [subject.name for subject in made.subjects] == ["first", "second"]
    assert (made.outcome, made.by, made.how) == (
        "approved",
        Actor("person", "Rosa", None, "PROBAND_AS"),
        "snakemake first",
    )
    gate = small.gate("second")
    assert (gate["status"], gate["decided_by"]) == ("passed", {"kind": "person", "name": "Rosa"})
    assert "Rosa has approved it (snakemake first)" in gate["why"]
    assert set(gate["inputs"]) >= {"conf/experiment/second.yaml"}
    assert capsys.readouterr() == ("", "")


def test_build_lists_the_problems_of_all_specs_and_admits_none(small: SmallLab) -> None:
    complete = small.plan.experiments["first"]
    bad = [replace(complete, id=name, file=f"{name}.yaml", spec=SPEC | {"deliverables": []}) for name in ("a", "b")]
    with pytest.raises(WorkflowError, match=r"a\.yaml:1: .*\n.*b\.yaml:1: .*\nNothing was built"):
        admit(small.lab, plan_of(complete, *bad), ("b", "first", "a"), "snakemake", ROSA)
    assert not small.lab.gate_file("first", "experiment").exists()
    assert read_decisions(small.lab).recorded == ()


def test_changed_experiment_is_approved_anew(small: SmallLab) -> None:
    small.admit()
    (small.lab.conf / "experiment/first.yaml").write_text("experiment: {name: other}\n", encoding="utf-8")
    small.admit()
    assert len(read_decisions(small.lab).recorded) == 2


def test_approval_of_a_person_lets_a_worker_build(small: SmallLab) -> None:
    small.decide("approved")
    small.admit(environ=WORKER)
    assert small.gate("first")["decided_by"] == {"kind": "person", "name": PERSON.name}
    assert len(read_decisions(small.lab).recorded) == 1


def _change_spec(small: SmallLab) -> None:
    small.decide("approved")
    (small.lab.conf / "experiment/first.yaml").write_text("experiment: {name: other}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        pytest.param(lambda small: None, "first: no person has approved it (proband approve first)", id="undecided"),
        pytest.param(_change_spec, f"first: its approval by {PERSON.name} at 2026-03-01T09:15:00Z is void", id="void"),
        pytest.param(lambda small: small.decide("rejected", why="No."), "09:15:00Z: No. (proband", id="rejected"),
        pytest.param(
            lambda small: small.decide("admitted", POLICY), "which the current level and policy", id="admitted"
        ),
        pytest.param(
            lambda small: (small.decide("approved"), small.decide("rejected", why="No.")),
            "rejected",
            id="rejected later",
        ),
    ],
)
def test_program_builds_nothing_without_an_approval(
    small: SmallLab, prepare: Callable[[SmallLab], object], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "read_policy", lambda _: Policy("assisted"))
    prepare(small)
    files = sorted(small.lab.root.rglob("*"))
    with pytest.raises(NotAdmitted) as refused:
        small.admit("first", environ=WORKER)
    assert reason in str(refused.value)
    assert sorted(small.lab.root.rglob("*")) == files


def test_every_refused_experiment_is_named(small: SmallLab) -> None:
    with pytest.raises(NotAdmitted) as refused:
        small.admit("first", "second", environ=WORKER)
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "first",
        "second",
        "Nothing was built.",
    ]


def test_admission_by_the_policy_counts_in_an_autonomous_lab(small: SmallLab, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = Policy("autonomous")
    monkeypatch.setattr(approval, "read_policy", lambda _: policy)
    small.decide("admitted", POLICY, answers={"policy": policy.sha256})
    small.admit(environ=WORKER)
    assert small.gate("first")["decided_by"] == {"kind": "policy", "name": "autonomous"}
    small.decide("rejected", why="No.")
    with pytest.raises(NotAdmitted, match="was rejected"):
        small.admit(environ=WORKER)


def test_admission_by_an_earlier_policy_does_not_count(small: SmallLab, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier, current = Policy("autonomous"), Policy("autonomous", plateau=3)
    monkeypatch.setattr(approval, "read_policy", lambda _: current)
    small.decide("admitted", POLICY, answers={"policy": earlier.sha256})
    with pytest.raises(NotAdmitted, match="current level and policy"):
        small.admit(environ=WORKER)


def test_build_does_not_replace_a_rejection(small: SmallLab) -> None:
    small.decide("rejected", why="It repeats another study.")
    with pytest.raises(NotAdmitted, match=r"It repeats another study\. \(proband approve first\)"):
        small.admit()
    small.decide("approved")
    small.admit()


@pytest.mark.parametrize("environ", [ROSA, WORKER], ids=["person", "worker"])
def test_nothing_starts_while_the_lab_is_on_hold(small: SmallLab, environ: Mapping[str, str]) -> None:
    small.decide("approved")
    place_hold(small.lab, "Eva", "wrong data")
    with pytest.raises(OnHold, match="by Eva: wrong data"):
        small.admit(environ=environ)
    assert not small.lab.gate_file("first", "experiment").exists()


def test_spec_that_states_too_little_is_not_approved(small: SmallLab) -> None:
    first = replace(small.plan.experiments["first"], spec=SPEC | {"research_question": " "})
    plan = replace(small.plan, experiments={"first": first})
    with pytest.raises(WorkflowError, match=r"conf/experiment/first\.yaml:1: experiment\.research_question"):
        replace(small, plan=plan).admit()
    assert not small.lab.approvals.exists()


def test_required_signature_is_missing(small: SmallLab) -> None:
    small.decide("approved")
    (small.lab.conf / "config.yaml").write_text("collaboration: {require_signatures: true}\n", encoding="utf-8")
    with pytest.raises(NotAdmitted, match=r"proband approve first --sign KEY"):
        small.admit()
    with pytest.raises(NotAdmitted, match="no person has approved it"):
        small.admit(environ=WORKER)
    assert len(read_decisions(small.lab).recorded) == 1


def test_name_of_a_program_builds_nothing(small: SmallLab) -> None:
    with pytest.raises(NotAPerson):
        small.admit(environ={"PROBAND_AS": "agent:writer"})


def test_damaged_decision_is_printed(small: SmallLab, capsys: pytest.CaptureFixture[str]) -> None:
    small.lab.approvals.mkdir()
    (small.lab.approvals / "x.yaml").write_bytes(b"outcome: approved\n")
    small.admit()
    assert "approvals/x.yaml: " in capsys.readouterr().err


def test_only_builds_are_admitted(small: SmallLab, monkeypatch: pytest.MonkeyPatch) -> None:
    place_hold(small.lab, "Eva", "")
    monkeypatch.setattr("sys.argv", ["snakemake", "--touch"])
    admit_build(small.lab, small.plan, ["first"])
    monkeypatch.setattr("sys.argv", ["snakemake", "first"])
    with pytest.raises(WorkflowError, match="on hold"):
        admit_build(small.lab, small.plan, ["first"])


def test_command_is_recorded_without_paths_and_keys() -> None:
    assert build_command(["/home/rosa/bin/snakemake", "--cores", "2", "first"]) == "snakemake --cores 2 first"
    assert "rosa" not in build_command(["snakemake", "-d", "/home/rosa/lab"])
    assert len(build_command(["snakemake", *map(str, range(1000))])) < 400
