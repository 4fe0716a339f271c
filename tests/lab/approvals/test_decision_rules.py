"""What the types of a decision refuse, also when a file was written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from lab.approvals.actor import Actor
from lab.approvals.subject import InvalidDecision, Subject
from tests.lab.approvals.made_decisions import OTHER_SHA, PERSON, POLICY, SHA, decision, subject


@pytest.mark.parametrize(
    ("kind", "name", "sha256"),
    [
        pytest.param("experiments", "digits_lr", SHA, id="unknown kind"),
        pytest.param(["experiment"], "digits_lr", SHA, id="list as kind"),
        pytest.param("experiment", "", SHA, id="no name"),
        pytest.param("experiment", "../conf/config", SHA, id="path"),
        pytest.param("experiment", "digits_lr\n", SHA, id="line break"),
        pytest.param("experiment", "digits_lr/technical_report", SHA, id="two parts"),
        pytest.param("report", "technical_report", SHA, id="report without experiment"),
        pytest.param("flag", "digits_lr/a/b", SHA, id="three parts"),
        pytest.param("experiment", 5, SHA, id="number as name"),
        pytest.param("experiment", "digits_lr", SHA[:12], id="short sha"),
        pytest.param("experiment", "digits_lr", SHA.upper(), id="capitals"),
        pytest.param("experiment", "digits_lr", "*", id="star"),
        pytest.param("experiment", "digits_lr", None, id="no sha"),
    ],
)
def test_subject_without_exact_content_is_refused(kind: Any, name: Any, sha256: Any) -> None:
    with pytest.raises(InvalidDecision, match="subjects: "):
        Subject(kind, name, sha256)


def test_subject_knows_its_experiment() -> None:
    assert subject("report", "digits_lr/technical_report").experiment == "digits_lr"
    assert subject().experiment == "digits_lr"


@pytest.mark.parametrize(
    "name",
    [
        *("agent:writer", "Agent:Writer", "agent\uff1awriter", "worker:1", "policy:autonomous", "x:y", "agent\ua789x"),
        *("agent", "Policy", "proband", "\uff41gent", "", " ", " Rosa", "Rosa\n", "a\nb: c", "Ro\x1b[31msa"),
        *("Rosa\u202e", "Ro\u200bsa", "x" * 201, "\ud800", None, 5, ["Rosa"]),
    ],
    ids=repr,
)
def test_name_that_is_not_a_persons_is_refused(name: Any) -> None:
    with pytest.raises(InvalidDecision, match="by: "):
        Actor("person", name)


@pytest.mark.parametrize("name", ["Rosa Ahlström", "Dr. R. Ahlström", "李明", "O'Neill", "agentina", "رضا", "root"])
def test_name_of_a_person_is_accepted(name: str) -> None:
    assert Actor("person", name).name == name


@pytest.mark.parametrize("changes", [{"kind": "agent"}, {"email": "a\nb"}, {"email": ""}, {"source": "oral"}], ids=str)
def test_actor_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidDecision, match="by: "):
        Actor(**{"kind": "person", "name": "Rosa"} | changes)


REPORT = {"kind": "report", "name": "digits_lr/technical_report"}


@pytest.mark.parametrize(
    ("outcome", "by", "changes", "field"),
    [
        pytest.param("approved", POLICY, {}, "by", id="policy approves"),
        pytest.param("rejected", POLICY, {"why": "Too long."}, "by", id="policy rejects"),
        pytest.param("returned", POLICY, REPORT | {"remarks": ("Say n.",)}, "by", id="policy returns"),
        pytest.param("admitted", PERSON, {}, "by", id="person admits"),
        pytest.param("admitted", POLICY, {"kind": "publication"}, "subjects", id="policy admits a publication"),
        pytest.param("admitted", POLICY, {"kind": "flag", "name": "a/b"}, "subjects", id="policy admits a flag"),
        pytest.param("accepted", PERSON, {}, "outcome", id="unknown outcome"),
        pytest.param("approved", PERSON, {"subjects": ()}, "subjects", id="no subject"),
        pytest.param("approved", PERSON, {"subjects": (subject(), subject())}, "subjects", id="subject twice"),
        pytest.param(
            "approved", PERSON, {"subjects": (subject(), subject(sha256=OTHER_SHA))}, "subjects", id="two contents"
        ),
        pytest.param("approved", PERSON, {"at": "2026-03-01"}, "at", id="day without time"),
        pytest.param("approved", PERSON, {"at": "2026-03-01T09:15:00.0Z"}, "at", id="short fraction"),
        pytest.param("approved", PERSON, {"at": None}, "at", id="no time"),
        pytest.param("approved", PERSON, {"how": " "}, "how", id="without how"),
        pytest.param("rejected", PERSON, {}, "why", id="rejected without reason"),
        pytest.param("rejected", PERSON, {"why": " \n"}, "why", id="rejected with a blank reason"),
        pytest.param("returned", PERSON, REPORT, "remarks", id="returned without remarks"),
        pytest.param("returned", PERSON, REPORT | {"remarks": ("", "x")}, "why, answers", id="empty remark"),
        pytest.param("returned", PERSON, {"remarks": ("Say n.",)}, "remarks", id="experiment returned"),
        pytest.param("approved", PERSON, {"why": "\ud83d"}, "why, answers", id="half a character"),
        pytest.param("approved", PERSON, {"answers": {"licence": True}}, "why, answers", id="answer is no text"),
        pytest.param("approved", PERSON, {"score": 4}, "score", id="score of an experiment"),
        *(
            pytest.param("approved", PERSON, REPORT | {"score": score}, "score", id=f"score {score!r}")
            for score in (0, 6, 3.5, 5.0, True, "5")
        ),
    ],
)
def test_decision_that_must_not_be_made_is_refused(
    outcome: str, by: Actor, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidDecision, match=f"^{field}"):
        decision(outcome, by, **changes)


def test_policy_admits_and_person_decides_the_rest() -> None:
    assert decision("admitted", POLICY).by == POLICY
    assert decision("rejected", why="Too long.").names(subject())
    assert decision("returned", remarks=("Say n.",), score=2, **REPORT).score == 2
    assert not decision().names(subject(sha256=OTHER_SHA))
