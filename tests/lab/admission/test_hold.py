"""A hold stops all admissions until a person releases it. A file that cannot be read counts as a hold."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.admission.hold import (
    HoldUnusable,
    OnHold,
    history_file,
    holder_name,
    place_hold,
    read_hold,
    release_hold,
    require_no_hold,
)
from tests.lab.approvals.made_decisions import PERSON


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_hold_is_placed_once_and_released_by_a_person(lab: Lab) -> None:
    assert read_hold(lab) is None
    require_no_hold(lab)
    hold = place_hold(lab, "Rosa", "The data are wrong: é")
    assert read_hold(lab) == hold
    assert place_hold(lab, "Eva", "again") == hold
    with pytest.raises(
        OnHold, match=r"by Rosa: The data are wrong: é \(nothing is started; .*proband hold --release\)"
    ):
        require_no_hold(lab)
    assert release_hold(lab, PERSON) == hold
    assert read_hold(lab) is None
    assert release_hold(lab, PERSON) is None
    events = [json.loads(line) for line in history_file(lab).read_text(encoding="utf-8").splitlines()]
    assert [(event["event"], event["by"]) for event in events] == [("held", "Rosa"), ("released", PERSON.name)]
    assert [file.name for file in lab.hold.parent.iterdir()] == ["holds.jsonl"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(b"\xff\x00"), id="not UTF-8"),
        pytest.param(lambda file: file.write_bytes(b"[" * 10_000), id="deep nesting"),
        pytest.param(lambda file: file.write_text("by: 5\nat: x\nwhy: y\n"), id="number as name"),
        pytest.param(lambda file: file.mkdir(), id="folder"),
        pytest.param(os.mkfifo, id="pipe"),
        pytest.param(lambda file: file.symlink_to("nothing"), id="dangling link"),
    ],
)
def test_damaged_file_counts_as_a_hold(lab: Lab, damage: Callable[[Path], object]) -> None:
    lab.hold.parent.mkdir()
    damage(lab.hold)
    with pytest.raises(OnHold, match=r"queue/hold\.yaml (is|has|cannot)"):
        require_no_hold(lab)


def test_hold_that_cannot_be_written_is_an_error(lab: Lab) -> None:
    lab.hold.parent.write_text("a file", encoding="utf-8")
    with pytest.raises(HoldUnusable, match=r"hold\.yaml: the hold cannot be written: .*\(give write access\)"):
        place_hold(lab, "Rosa", "")


def test_program_that_holds_is_named(lab: Lab) -> None:
    assert holder_name(lab, None, {"PROBAND_ACTOR": "worker:7"}) == "worker:7"
    assert holder_name(lab, "Rosa", {}) == "Rosa"
