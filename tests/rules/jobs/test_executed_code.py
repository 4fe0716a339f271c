"""A run is recorded with the fingerprint of the code that its process executes, not of the code that was compiled."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.current_code import current_fingerprint
from rules.jobs import train
from rules.jobs.train import CodeChanging, with_executed_code
from tests.plans import run_job

CONFIG = {"seed": 1, "model": {"_target_": "own_net.Net"}, "resources": {}}


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "own_net", raising=False)
    write("class Net: ...\n")
    return Lab(Path())


def write(source: str) -> None:
    Path("own_net.py").write_text(source, encoding="utf-8")


def job_of(fingerprint: str) -> RunJob:
    return replace(run_job("0123456789ab", CONFIG), fingerprint=fingerprint)


def test_unchanged_code_keeps_the_fingerprint(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    compiled = current_fingerprint(lab, CONFIG)
    assert with_executed_code(job_of(compiled), lab).fingerprint == compiled
    assert capsys.readouterr().err == ""


def test_code_that_changed_since_the_compile_is_recorded(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    compiled = current_fingerprint(lab, CONFIG)
    write("class Net:\n    depth = 2\n")
    executed = with_executed_code(job_of(compiled), lab).fingerprint
    assert executed != compiled
    assert executed == current_fingerprint(lab, CONFIG)
    assert "the run is trained with the new code, and counted by the next build" in capsys.readouterr().err


def test_code_that_changes_while_it_is_imported_is_not_executed(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "import_modules", lambda names: write("class Net:\n    depth = 3\n"))
    with pytest.raises(CodeChanging, match="changed while it was imported"):
        with_executed_code(job_of("cafe"), lab)


def test_code_that_is_no_python_any_more_is_reported(lab: Lab) -> None:
    write("class Net(:\n")
    with pytest.raises(CodeChanging, match=r"own_net\.py:1: .*the code has changed; build again"):
        with_executed_code(job_of("cafe"), lab)


def test_a_module_that_cannot_be_imported_is_left_to_the_training(lab: Lab) -> None:
    write("import no_such_package\nclass Net: ...\n")
    assert with_executed_code(job_of("cafe"), lab).fingerprint == current_fingerprint(lab, CONFIG)
