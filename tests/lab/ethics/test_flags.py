"""Which risks block a publication, and which decision of a person lifts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.spec.data_group.declaration import DataDeclaration
from lab.approvals.decisions import Decisions
from lab.ethics.flag import FLAG_NAMES, checklist
from lab.ethics.flags import flags, unsigned_flags
from tests.lab.approvals.made_decisions import decision
from tests.plans import plan_of, planned_experiment

CLEAN = DataDeclaration("digits", (), "CC-BY-4.0", personal_data=False, human_subjects=False)
GAP = {"highest": "left", "lowest": "right", "difference": 0.25, "low": 0.1, "high": 0.4, "level": 0.95}
GROUPS = {"column": "hand", "metric": "accuracy", "arm": {}, "runs": 3, "groups": [], "missing": None, "reason": None}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "conf/experiment").mkdir(parents=True)
    (tmp_path / "conf/experiment/study.yaml").write_text("experiment: {name: Study}\n", encoding="utf-8")
    return Lab(tmp_path)


def plan(*datasets: DataDeclaration, **ethics: Any) -> Plan:
    spec = {"hypothesis": "H."} | ({"ethics": ethics} if ethics else {})
    return plan_of(planned_experiment("study", {"0" * 12: {}}, spec=spec, datasets=datasets))


def test_checklist_has_every_flag() -> None:
    assert tuple(checklist()) == FLAG_NAMES
    assert all(set(entry) == {"title", "question"} for entry in checklist().values())


@pytest.mark.parametrize(
    ("datasets", "ethics", "names"),
    [
        pytest.param([CLEAN], {}, [], id="everything declared"),
        pytest.param([CLEAN], {"personal_data": False, "dual_use": False, "note": "n"}, [], id="declared as none"),
        pytest.param([CLEAN], {"dual_use": True}, ["dual_use"], id="dual use"),
        pytest.param([CLEAN], {"personal_data": True}, ["personal_data"], id="personal data in the spec"),
        pytest.param([CLEAN], {"human_subject_data": True}, ["human_subject_data"], id="human subjects in the spec"),
        pytest.param([replace(CLEAN, personal_data=True)], {}, ["personal_data"], id="personal data in the group"),
        pytest.param(
            [replace(CLEAN, human_subjects=True)], {}, ["human_subject_data"], id="human subjects in the group"
        ),
        pytest.param(
            [replace(CLEAN, personal_data=True)], {"personal_data": False}, ["personal_data"], id="spec contradicts"
        ),
        pytest.param([replace(CLEAN, personal_data=None)], {}, ["personal_data"], id="not declared"),
        pytest.param([replace(CLEAN, personal_data=None)], {"personal_data": False}, [], id="the spec answers"),
        pytest.param([replace(CLEAN, licence=None)], {}, ["data_licence"], id="no licence"),
        pytest.param([replace(CLEAN, licence=" ")], {}, ["data_licence"], id="blank licence"),
        pytest.param([replace(CLEAN, licence="Unknown.")], {}, ["data_licence"], id="licence that is unknown"),
        pytest.param([CLEAN, replace(CLEAN, name="other", licence=None)], {}, ["data_licence"], id="one of two groups"),
        pytest.param([], {}, ["human_subject_data", "personal_data", "data_licence"], id="no data group"),
        pytest.param(
            [], {"human_subject_data": False, "personal_data": False}, ["data_licence"], id="no data group, answered"
        ),
        pytest.param([replace(CLEAN, groups=("hand",))], {}, ["group_gap"], id="groups without results"),
    ],
)
def test_flags_of_declarations(
    lab: Lab, datasets: list[DataDeclaration], ethics: dict[str, Any], names: list[str]
) -> None:
    raised = flags(lab, plan(*datasets, **ethics), "study")
    assert [flag.name for flag in raised] == names
    assert all(flag.findings and flag.subject.name == f"study/{flag.name}" for flag in raised)


@pytest.mark.parametrize(
    ("results", "text"),
    [
        pytest.param(
            {"groups": [GROUPS | {"gap": GAP}]}, "accuracy of left is higher than that of right by 0.25", id="gap"
        ),
        pytest.param({"groups": [GROUPS | {"gap": GAP | {"low": 0.0}}]}, "", id="interval includes zero"),
        pytest.param({"groups": [GROUPS | {"gap": None, "reason": "not recorded"}]}, "not recorded", id="not recorded"),
        pytest.param({"groups": [GROUPS | {"gap": None}]}, "fewer than two groups", id="too few items"),
        pytest.param(
            {"groups": [GROUPS | {"column": "age", "gap": GAP | {"low": 0}}]}, "not evaluated", id="other column"
        ),
        pytest.param({}, "hand: is declared and was not evaluated", id="results without groups"),
        pytest.param([], "hand: is declared and was not evaluated", id="damaged results"),
    ],
)
def test_gap_that_is_established_or_unknown_is_a_flag(lab: Lab, results: Any, text: str) -> None:
    write_json(lab.results_file("study"), results)
    raised = flags(lab, plan(replace(CLEAN, groups=("hand",))), "study")
    assert [text in flag.findings[0] for flag in raised] == ([True] if text else [])


def test_only_the_signature_of_a_person_for_this_content_lifts_a_flag(lab: Lab) -> None:
    risky = plan(CLEAN, dual_use=True, note="It could be misused.")
    (flag,) = flags(lab, risky, "study")

    def unsigned(*made: Any, current: Plan = risky) -> Mapping[str, str]:
        return unsigned_flags(lab, current, "study", Decisions(made))

    assert "proband approve study/dual_use --why ANSWER" in unsigned()["dual_use"]
    assert "It could be misused." in unsigned()["dual_use"]
    signed = decision(subjects=(flag.subject,), why="Only small models.")
    assert unsigned(signed) == {}
    rejected = decision("rejected", subjects=(flag.subject,), why="Too\x1b[2J risky.")
    assert "rejected it: Too\\x1b[2J risky." in unsigned(signed, rejected)["dual_use"]
    assert unsigned(decision(name="study")) == unsigned()  # the approval of the experiment signs no flag
    changed = plan(CLEAN, dual_use=True, note="Another risk.")
    assert "is void" in unsigned(signed, current=changed)["dual_use"]
    (lab.conf / "experiment/study.yaml").write_text("experiment: {name: Another study}\n", encoding="utf-8")
    assert "is void" in unsigned(signed)["dual_use"]
