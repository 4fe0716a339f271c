"""`proband trust` adds a lab to the user's list, shows the list, and removes a lab from it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from compiler.base.lab_trust import trusted_labs
from compiler.base.paths import Lab
from compiler.base.trust import TRUST, is_trusted
from proband.cli.main import main


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr(trusted_labs, "trust_file", lambda: tmp_path / "state/trusted_labs.json")
    monkeypatch.setattr("proband.cli.trust_commands.trust_file", trusted_labs.trust_file)
    monkeypatch.delenv(TRUST, raising=False)
    (tmp_path / "lab/conf").mkdir(parents=True)
    for words in (["init", "-q"], ["remote", "add", "origin", "https://example.org/lab.git"]):
        subprocess.run(["git", *words], cwd=tmp_path / "lab", check=True)
    return Lab(tmp_path / "lab")


def test_a_lab_is_trusted_until_it_is_removed(clone: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", str(clone.root)]) == 0
    assert is_trusted(clone)
    assert main(["trust", "--list"]) == 0
    assert capsys.readouterr().out == f"{clone.root}  trusted\n"
    assert main(["-C", str(clone.root), "trust", "--remove"]) == 0
    assert not is_trusted(clone)
    assert main(["-C", str(clone.root), "trust", "--remove"]) == 2


def test_the_list_is_json_for_programs(clone: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    main(["-C", str(clone.root), "trust"])
    main(["trust", "--list", "--json"])
    assert set(json.loads(capsys.readouterr().out)["labs"]) == {str(clone.root)}


def test_a_folder_that_is_no_lab_is_refused(clone: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", str(clone.root / "conf")]) == 2
    assert "is no lab, because it has no folder conf/" in capsys.readouterr().err
    assert trusted_labs.trusted_labs() == {}
