"""`proband doctor` names every problem with its fix, shows no secret, and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proband.cli.main import main
from proband.doctor import folder_checks, program_checks, python_checks

KEY = "abcdef0123456789abcdef0123456789abcdef01"
Doctor = Callable[[], tuple[int, dict[str, Any]]]


@pytest.fixture
def doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Return a function that runs the command in an own folder, and returns its exit code and its checks by name."""

    def run() -> tuple[int, dict[str, Any]]:
        code = main(["-C", str(tmp_path), "doctor", "--json"])
        return code, {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}

    return run


def test_a_sound_folder_has_no_problem_and_is_left_as_it_was(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    code, checks = doctor()
    assert (code, [name for name, check in checks.items() if check["state"] == "problem"]) == (0, [])
    assert [file.name for file in tmp_path.iterdir()] == ["conf"]


def test_a_module_that_hides_another_one_is_a_problem(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "agents.py").write_text("print('imported')\n", encoding="utf-8")
    code, checks = doctor()
    assert code == 1
    assert "agents.py:1:1" in checks["modules of the lab"]["detail"]


def test_without_programs_each_one_is_a_note_with_its_fix(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    code, checks = doctor()
    assert code == 0
    notes = {name: check["fix"] for name, check in checks.items() if check["state"] == "note"}
    assert notes.keys() == {"lab", "git", "DVC", "W&B", "GPUs", "LaTeX", "SLURM"}
    assert notes["W&B"] == "run `wandb login` to upload them"
    assert checks["git"]["detail"] == "git cannot be run: No such file or directory"


def test_a_key_is_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    main(["-C", str(tmp_path), "doctor"])
    output = capsys.readouterr()
    assert "W&B: a key for W&B is configured" in output.out
    assert KEY not in output.out + output.err


def test_a_broken_configuration_of_dvc_is_a_problem(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config").write_text("[core\n", encoding="utf-8")
    code, checks = doctor()
    assert (code, checks["DVC"]["state"]) == (1, "problem")


@pytest.mark.parametrize(
    ("free", "state"),
    [(2 * 2**30, "ok"), (500 * 2**20, "note"), (10 * 2**20, "problem")],
    ids=["much", "little", "none"],
)
def test_free_space(free: int, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_checks.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    checks = {check.name: check.state for check in folder_checks.folder_checks(tmp_path)}
    assert checks["free space"] == state


@pytest.mark.parametrize(
    ("requirement", "problem"),
    [
        ("proband_missing>=1", "proband_missing is not installed"),
        ("pytest>=9999", "required is >=9999"),
        ("pytest>=1; extra == 'dev'", None),
        ("pytest>=1", None),
    ],
    ids=["missing", "old", "of an extra", "sound"],
)
def test_requirements_are_compared_with_what_is_installed(
    requirement: str, problem: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_checks, "requires", lambda _: [requirement])
    check = {check.name: check for check in python_checks.python_checks(tmp_path)}["packages"]
    assert (check.state == "problem", problem is None or problem in check.detail) == (problem is not None, True)


def test_hidden_gpus_are_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 2\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for devices, state in (("", "note"), ("0", "ok")):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", devices)
        checks = {check.name: check.state for check in program_checks.program_checks(tmp_path)}
        assert checks["GPUs"] == state


@pytest.mark.parametrize(
    ("repository", "command"),
    [
        pytest.param(".", "run `dvc init` to track data files", id="git repository"),
        pytest.param("..", "run `dvc init --subdir` to track data files", id="folder of a git repository"),
        pytest.param(
            None, "run `dvc init --no-scm` to track data files (after `git init`: `dvc init`)", id="no git repository"
        ),
    ],
)
def test_command_that_starts_dvc_works_in_the_folder(repository: str | None, command: str, tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    lab.mkdir()
    if repository:
        (lab / repository / ".git").mkdir()
    fixes = [check.fix for check in program_checks.program_checks(lab) if check.name == "DVC"]
    assert fixes == [command]
