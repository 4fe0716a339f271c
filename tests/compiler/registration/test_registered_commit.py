"""A registration states whether a commit contains the spec exactly as it was compiled."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.git import git_in
from compiler.registration.registered_commit import registered_commit

SPEC = "conf/experiment/lr.yaml"


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """A lab in a subfolder of a repository, whose spec is committed."""
    root = tmp_path / "lab"
    (root / SPEC).parent.mkdir(parents=True)
    (root / SPEC).write_text("experiment: {}\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "m")
    return root


def keep(lab: Path) -> None:
    """Change nothing."""


def edit(lab: Path) -> None:
    (lab / SPEC).write_text("experiment: {claims: []}\n")


def edit_and_stage(lab: Path) -> None:
    edit(lab)
    git(lab, "add", ".")


def edit_and_hide_the_change(lab: Path) -> None:
    git(lab, "update-index", "--assume-unchanged", SPEC)
    edit(lab)


def replace_with_a_link(lab: Path) -> None:
    (lab / SPEC).rename(lab / "spec.yaml")
    (lab / SPEC).symlink_to(lab / "spec.yaml")


def untrack(lab: Path) -> None:
    git(lab, "rm", "-q", "--cached", SPEC)
    git(lab, "commit", "-q", "-m", "m")


def delete(lab: Path) -> None:
    (lab / SPEC).unlink()


def detach(lab: Path) -> None:
    git(lab, "checkout", "-q", "--detach")


CHANGES: dict[Callable[[Path], None], bool] = {
    keep: True,
    detach: True,
    edit: False,
    edit_and_stage: False,
    edit_and_hide_the_change: False,
    replace_with_a_link: False,
    untrack: False,
    delete: False,
}


@pytest.mark.parametrize(
    ("change", "is_committed"), [pytest.param(*item, id=item[0].__name__) for item in CHANGES.items()]
)
def test_spec_is_committed_only_with_its_content(change: Callable[[Path], None], is_committed: bool, lab: Path) -> None:
    change(lab)
    commit = registered_commit(git_in(lab), lab, SPEC)
    assert commit is not None
    assert (len(commit.commit), commit.spec_committed) == (40, is_committed)


def test_folder_without_a_commit_has_none(tmp_path: Path) -> None:
    assert registered_commit(git_in(tmp_path), tmp_path, SPEC) is None
    git(tmp_path, "init", "-q")
    assert registered_commit(git_in(tmp_path), tmp_path, SPEC) is None
