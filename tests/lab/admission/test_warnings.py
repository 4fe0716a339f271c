"""`proband status` names a hold, damaged decisions and void approvals."""

from __future__ import annotations

from pathlib import Path

from compiler.base.paths import Lab
from lab.admission.hold import place_hold
from lab.admission.warnings import decision_warnings
from lab.approvals.decision_files import record
from lab.approvals.subject_hashes import experiment_subject
from tests.lab.approvals.made_decisions import PERSON, decision
from tests.plans import plan_of, planned_experiment


def test_each_problem_is_one_line(tmp_path: Path) -> None:
    spec = tmp_path / "conf/experiment/study.yaml"
    spec.parent.mkdir(parents=True)
    spec.write_text("experiment: {name: Study}\n", encoding="utf-8")
    lab, plan = Lab(tmp_path), plan_of(planned_experiment("study"), planned_experiment("gone"))
    file = record(lab, decision(subjects=(experiment_subject(lab, plan.experiments["study"]),)))
    assert list(decision_warnings(lab, plan, ["study", "gone", "broken"])) == []

    spec.write_text("experiment: {name: Other}\n", encoding="utf-8")
    (void,) = decision_warnings(lab, plan, ["study"])
    assert void.startswith(f"study: the approval by {PERSON.name} at 2026-03-01T09:15:00Z is void: ")
    assert list(decision_warnings(lab, plan, [])) == []

    place_hold(lab, "Eva", "wrong data")
    file.write_bytes(b"edited")
    hold, damaged = decision_warnings(lab, plan, ["study"])
    assert "by Eva: wrong data (a person can release it" in hold
    assert damaged.startswith("approvals/20260301T091500.000000Z-approved-experiment-study.yaml: ")
