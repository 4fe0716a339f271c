"""`proband hold` places a hold, shows it and releases it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from tests.labs import write_lab
from tests.proband.run_command import Proband


@pytest.fixture
def proband(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proband:
    return Proband(write_lab(tmp_path, {"conf/config.yaml": ""}), capsys)


def test_hold_is_placed_shown_and_released(proband: Proband) -> None:
    assert json.loads(proband("hold", "--json").out)["hold"] is None
    answer = proband("hold", "--why", "wrong\x1b[2Jdata", "--as", "Rosa")
    assert answer.code == 0
    assert "by Rosa: wrong\\x1b[2Jdata; running trainings go on" in answer.err
    assert "nothing was changed" in proband("hold", "--as", "Eva").err
    assert json.loads(proband("hold", "--json").out)["hold"]["by"] == "Rosa"
    assert "released" in proband("hold", "--release", "--as", "Eva").err
    assert "was not on hold" in proband("hold", "--release", "--as", "Eva").err


def test_program_may_hold_and_never_release(proband: Proband, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBAND_ACTOR", "agent:writer")
    assert "by agent:writer" in proband("hold").err
    for words in (("--release",), ("--release", "--as", "Rosa")):
        answer = proband("hold", *words)
        assert (answer.code, "only a person" in answer.err) == (2, True)
    assert Lab(proband.lab.root).hold.is_file()
