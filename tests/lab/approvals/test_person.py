"""Who decides: never a program, and never under a name that looks like one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.approvals.actor import Actor
from lab.approvals.person import NotAPerson, as_program, person


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab outside git, on a machine without a git config, whose user is `rosa`."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("LOGNAME", "rosa")
    return Lab(tmp_path)


def _git_author(lab: Lab, name: str, email: str = "") -> None:
    subprocess.run(["git", "init", "-q"], cwd=lab.root, check=True)
    for key, value in (("user.name", name), ("user.email", email)):
        subprocess.run(["git", "config", key, value], cwd=lab.root, check=True)


def test_option_then_environment_then_git_then_user(lab: Lab) -> None:
    assert person(lab, environ={}) == Actor("person", "rosa", None, "user")
    _git_author(lab, "Rosa Ahlström", "rosa@example.org")
    assert person(lab, environ={}) == Actor("person", "Rosa Ahlström", "rosa@example.org", "git")
    assert person(lab, environ={"PROBAND_AS": "Eva"}) == Actor("person", "Eva", None, "PROBAND_AS")
    assert person(lab, "Ida", {"PROBAND_AS": "Eva"}) == Actor("person", "Ida", None, "--as")


def test_email_may_be_missing(lab: Lab) -> None:
    _git_author(lab, "Rosa")
    assert person(lab, environ={}).email is None


@pytest.mark.parametrize("actor", ["agent:writer", "worker:7", "policy:autonomous", "x"])
def test_process_that_a_program_started_is_no_person(lab: Lab, actor: str) -> None:
    with pytest.raises(NotAPerson, match=actor):
        person(lab, "Rosa", {"PROBAND_ACTOR": actor})


@pytest.mark.parametrize("name", ["", " ", "agent:x", "Agent:X", "policy", "a\nb: c", "openai"])
def test_name_that_is_not_a_persons_is_refused(lab: Lab, name: str) -> None:
    with pytest.raises(NotAPerson, match="--as NAME"):
        person(lab, name, {})
    with pytest.raises(NotAPerson):
        person(lab, None, {"PROBAND_AS": name})


def test_author_in_git_is_checked_too(lab: Lab) -> None:
    _git_author(lab, "agent:writer")
    with pytest.raises(NotAPerson, match="agent:writer"):
        person(lab, environ={})


def test_user_without_a_name_must_give_one(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_user() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", no_user)
    with pytest.raises(NotAPerson, match="unknown"):
        person(lab, environ={})


def test_process_is_marked_while_it_runs_code_of_the_lab(lab: Lab) -> None:
    environ: dict[str, str] = {}
    with as_program("job:proband verify", environ), pytest.raises(NotAPerson, match="job:proband verify"):
        person(lab, "Rosa", environ)
    assert person(lab, "Rosa", environ).name == "Rosa"
    worker = {"PROBAND_ACTOR": "worker:1"}
    with as_program("job:proband verify", worker):
        pass
    assert worker == {"PROBAND_ACTOR": "worker:1"}
