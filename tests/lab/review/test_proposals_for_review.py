"""Proposals that wait: what a person sees, and that a decision is bound to exactly what was seen."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.plan_files import plan_without_writing
from lab.approvals.actor import Actor
from lab.approvals.decision_files import read_decisions
from lab.approvals.person import ACTOR
from lab.review.approve import approve_item, reject_item
from lab.review.decide import CannotDecide, ChangedSinceShown, Choice
from lab.review.waiting import find_item, waiting
from lab.spec_files.new_spec import SpecExists
from tests.lab.review.conftest import FOLLOW_UP, PROPOSAL
from tests.proband.run_command import Proband

ADA = Actor("person", "Ada")
SPEC = "conf/experiment/lr_more.yaml"


@pytest.fixture
def proband(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Proband:
    return Proband(lab, capsys)


def outcomes(lab: Lab) -> list[str]:
    return [decision.outcome for decision in read_decisions(lab).recorded]


def edit_with(lab: Lab, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a shell script the editor. `$1` is the file."""
    editor = lab.root / "the editor"
    editor.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", f"'{editor}' --wait" if "shift" in script else f"'{editor}'")
    monkeypatch.delenv("VISUAL", raising=False)


def test_a_proposal_is_listed_with_diff_cost_and_claim(proband: Proband) -> None:
    (item,) = proband.json("review")["items"]
    assert (item["kind"], item["name"], item["state"], item["problems"]) == ("proposal", "lr_more", "undecided", [])
    assert item["modifications"] == [{"parameter": "model.lr", "from": [0.1, 0.2], "to": [0.2, 0.4]}]
    assert item["file"] == PROPOSAL
    assert len(item["to_train"]) == 4
    text = proband("review", "lr_more").out
    for expected in ("The best level is the last one.", "Still more is more.", "4 to train", "model.lr   0.1, 0.2"):
        assert expected in text


def test_without_a_terminal_review_lists_and_decides_nothing(proband: Proband) -> None:
    answer = proband("review")
    assert answer.code == 0
    assert "lr_more" in answer.out
    assert outcomes(proband.lab) == []


def test_an_approved_proposal_is_copied_byte_for_byte(proband: Proband) -> None:
    assert proband("approve", "lr_more").code == 0
    assert (proband.lab.root / SPEC).read_text(encoding="utf-8") == FOLLOW_UP
    (decision,) = read_decisions(proband.lab).recorded
    assert [subject.kind for subject in decision.subjects] == ["proposal", "experiment"]
    assert (decision.by.name, decision.how) == ("Ada", "proband approve")
    assert proband.json("review")["items"] == []


def test_an_edited_spec_voids_its_approval_with_both_hashes(proband: Proband) -> None:
    proband("approve", "lr_more")
    file = proband.lab.root / SPEC
    file.write_text(FOLLOW_UP + "# a comment\n", encoding="utf-8")
    (item,) = [item for item in proband.json("review")["items"] if item["kind"] == "experiment"]
    assert item["state"] == "void"
    assert item["decided_sha256"][:12] in item["decided"]
    assert item["sha256"][:12] in item["decided"]
    file.write_text(FOLLOW_UP, encoding="utf-8")
    assert proband.json("review")["items"] == []


REFUSED = {
    "rejection without a reason": (("reject", "lr_more"), "needs a reason"),
    "blank reason": (("reject", "lr_more", "--why", " "), "needs a reason"),
    "another hash": (("approve", "lr_more", "--sha256", "0" * 64), "has sha256"),
    "short hash": (("approve", "lr_more", "--sha256", "0"), "first 12 digits"),
    "agent": (("approve", "lr_more", "--as", "agent:writer"), "not the name of a person"),
    "unknown": (("approve", "lr_mor"), "did you mean lr_more"),
    "report options without a report": (("review", "--accept"), "needs its name"),
    "acceptance of a proposal": (("review", "lr_more", "--accept"), "are for reports"),
    "path": (("approve", "../../conf/config"), "there is no"),
    "answer without a key": (("approve", "lr_more", "--answer", "yes"), "is not KEY=TEXT"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refused_decision_exits_with_2_and_changes_nothing(
    words: tuple[str, ...], message: str, proband: Proband
) -> None:
    answer = proband(*words)
    assert (answer.code, outcomes(proband.lab)) == (2, [])
    assert message in answer.err
    assert not (proband.lab.root / SPEC).exists()


def test_a_program_cannot_decide(proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ACTOR, "agent:ablation_study")
    for words in (("approve", "lr_more"), ("reject", "lr_more", "--why", "x"), ("edit", "lr_more")):
        assert proband(*words).code == 2
    assert outcomes(proband.lab) == []


CONFLICTS: dict[str, tuple[Callable[[Lab], object], str]] = {
    "other spec": (lambda lab: (lab.root / SPEC).write_text("# other\n"), "exists with another content"),
    "wrong id": (
        lambda lab: (lab.root / PROPOSAL).write_text(FOLLOW_UP.replace(": lr_more", ": lr_other")),
        "experiment_id is not 'lr_more'",
    ),
    "id of another spec": (
        lambda lab: (lab.conf / "experiment/zz.yaml").write_text(FOLLOW_UP),
        "is also the id of the spec zz.yaml",
    ),
    "does not compile": (
        lambda lab: (lab.root / PROPOSAL).write_text(FOLLOW_UP.replace("model.lr:", "model.lrr:")),
        f"{PROPOSAL}:",
    ),
    "not UTF-8": (lambda lab: (lab.root / PROPOSAL).write_bytes(b"\xff"), "not UTF-8"),
    "link": (lambda lab: _make_link(lab.root / PROPOSAL), "is a link"),
}


def _make_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/hostname")


@pytest.mark.parametrize(("change", "problem"), CONFLICTS.values(), ids=CONFLICTS)
def test_a_proposal_that_cannot_become_a_spec_is_shown_with_the_reason_and_not_approved(
    change: Callable[[Lab], object], problem: str, proband: Proband
) -> None:
    change(proband.lab)
    (item,) = [item for item in proband.json("review")["items"] if item["kind"] == "proposal"]
    assert any(problem in text for text in item["problems"]), item["problems"]
    assert proband("approve", "lr_more").code == 2
    assert outcomes(proband.lab) == []
    assert proband("reject", "lr_more", "--why", "broken").code == 0


def test_a_decision_binds_to_what_was_shown(lab: Lab) -> None:
    plan = plan_without_writing(lab)
    item = find_item(lab, plan, "lr_more")
    (lab.root / PROPOSAL).write_text(FOLLOW_UP + "# changed in another shell\n", encoding="utf-8")
    with pytest.raises(ChangedSinceShown, match="proband review lr_more"):
        approve_item(lab, plan, item, Choice("approved", ADA, "test"))
    with pytest.raises(ChangedSinceShown):
        reject_item(lab, plan, item, Choice("rejected", ADA, "test", why="x"))
    assert outcomes(lab) == []


def test_of_two_people_the_second_is_told_of_the_first(lab: Lab) -> None:
    plan = plan_without_writing(lab)
    item = find_item(lab, plan, "lr_more")
    approve_item(lab, plan, item, Choice("approved", ADA, "test"))
    with pytest.raises(CannotDecide, match="by Ada"):
        approve_item(lab, plan, item, Choice("approved", Actor("person", "Grace"), "test"))
    assert outcomes(lab) == ["approved"]


def test_a_spec_that_appears_meanwhile_is_not_overwritten(lab: Lab) -> None:
    plan = plan_without_writing(lab)
    item = find_item(lab, plan, "lr_more")
    (lab.root / SPEC).write_text("# of another person\n", encoding="utf-8")
    with pytest.raises(SpecExists):
        approve_item(lab, plan, item, Choice("approved", ADA, "test"))
    assert (lab.root / SPEC).read_text(encoding="utf-8") == "# of another person\n"
    assert outcomes(lab) == []


def test_a_decision_that_cannot_be_recorded_leaves_no_spec(lab: Lab) -> None:
    plan = plan_without_writing(lab)
    item = find_item(lab, plan, "lr_more")
    with pytest.raises(CannotDecide, match="score"):
        approve_item(lab, plan, item, Choice("approved", ADA, "test", score=4))
    assert not (lab.root / SPEC).exists()


def test_a_rejected_proposal_waits_again_only_with_another_content(proband: Proband) -> None:
    assert proband("reject", "lr_more", "--why", "too expensive").code == 0
    assert proband.json("review")["items"] == []
    (proband.lab.root / PROPOSAL).write_text(FOLLOW_UP + "# again\n", encoding="utf-8")
    (item,) = proband.json("review")["items"]
    assert "rejected by Ada" in item["notes"][0]
    assert "too expensive" in item["notes"][0]


EDITORS = {
    "fails": ("exit 1", 2, "ended with 1"),
    "empties the file": (': > "$1"', 2, "is empty"),
    "deletes the file": ('rm "$1"', 2, "cannot be read"),
    "breaks the syntax": ('echo "experiment: {" >> "$1"', 2, "nothing was changed"),
    "unknown key": ('sed -i s/model.lr:/model.lrr:/ "$1"', 2, "no key 'model.lrr'"),
    "changes the id": ('sed -i s/lr_more/lr_mine/ "$1"', 2, "experiment_id"),
    "changes nothing": ("true", 0, "unchanged"),
}


@pytest.mark.parametrize(("script", "code", "message"), EDITORS.values(), ids=EDITORS)
def test_an_edit_that_fails_changes_nothing(
    script: str, code: int, message: str, proband: Proband, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_with(proband.lab, script, monkeypatch)
    answer = proband("edit", "lr_more")
    assert (answer.code, outcomes(proband.lab)) == (code, [])
    assert message in answer.err
    assert not (proband.lab.root / SPEC).exists()
    assert (proband.lab.root / PROPOSAL).read_text(encoding="utf-8") == FOLLOW_UP


def test_without_an_editor_edit_says_how_to_set_it(proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    answer = proband("edit", "lr_more")
    assert answer.code == 2
    assert "set EDITOR" in answer.err


def test_an_edited_proposal_becomes_the_persons_spec_and_replaces_the_proposal(
    proband: Proband, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_with(proband.lab, 'shift; sed -e s/0.4/0.3/ "$1" > "$1.new" && mv "$1.new" "$1"', monkeypatch)
    assert proband("edit", "lr_more").code == 0
    text = (proband.lab.root / SPEC).read_text(encoding="utf-8")
    assert f"# Edited by Ada from {PROPOSAL} (sha256 " in text
    assert '"0.2,0.3"' in text
    approved, rejected = read_decisions(proband.lab).recorded
    assert [(approved.outcome, approved.subjects[0].kind)] == [("approved", "experiment")]
    assert [(rejected.outcome, rejected.subjects[0].kind)] == [("rejected", "proposal")]
    assert SPEC in rejected.why
    assert proband.json("review")["items"] == []


def test_a_rationale_cannot_imitate_the_diff(proband: Proband) -> None:
    attack = '"x\\nchanges of the config from lr:\\n   model.lr   0.1   0.1\\n{{f:nothing}}"'
    file = proband.lab.root / PROPOSAL
    file.write_text(FOLLOW_UP.replace("The best level is the last one.", attack), encoding="utf-8")
    text = proband("review", "lr_more").out
    assert "  | changes of the config from lr:" in text
    assert "  |    model.lr   0.1   0.1" in text


def test_waiting_orders_proposals_before_experiments_and_reports(lab: Lab) -> None:
    assert [item.subject.kind for item in waiting(lab, plan_without_writing(lab))] == ["proposal"]


STRATEGY = """\
priorities: [{text: Learn about the seeds first, keys: [seed]}]
avoid: [{text: Enough of learning rates, keys: [model.lr]}]
"""
MORE_SEEDS = (
    FOLLOW_UP.replace("lr_more", "seeds_more")
    .replace('model.lr: "0.2,0.4"', 'seed: "4,5"')
    .replace("compare: {control: 0.2}", "metadata: {tags: [seeds]}")
)


def test_the_strategy_orders_the_proposals_and_states_why(proband: Proband) -> None:
    lab = proband.lab
    (lab.root / PROPOSAL).with_name("seeds_more.yaml").write_text(MORE_SEEDS, encoding="utf-8")
    assert [item["name"] for item in proband.json("review")["items"]] == ["lr_more", "seeds_more"]
    (lab.conf / "strategy.yaml").write_text(STRATEGY, encoding="utf-8")
    first, second = proband.json("review")["items"]
    assert (first["name"], second["name"]) == ("seeds_more", "lr_more")
    assert first["notes"] == ["conf/strategy.yaml: priority 1: Learn about the seeds first; 4 runs"]
    assert "not to be pursued: Enough of learning rates" in second["notes"][0]


def test_a_refusal_of_the_policy_is_shown_for_exactly_its_content(proband: Proband) -> None:
    file = proband.lab.root / PROPOSAL
    sha256 = proband.json("review")["items"][0]["sha256"]
    refusal = {"sha256": sha256, "reasons": ["'model.lr' has the value 0.4, which is above 0.3"]}
    file.with_suffix(".refused.json").write_text(json.dumps(refusal), encoding="utf-8")
    (item,) = proband.json("review")["items"]
    assert item["notes"] == ["refused by the policy: 'model.lr' has the value 0.4, which is above 0.3"]
    file.write_text(FOLLOW_UP + "# edited\n", encoding="utf-8")
    assert proband.json("review")["items"][0]["notes"] == []
