"""Check out the code of a recorded run: the git commit of the lab, and the uncommitted changes that were recorded."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compiler.base.git import git_in
from compiler.base.paths import Lab
from compiler.runs.provenance_parts import DIFF
from lab.reproduction.recorded_run import RecordedRun

_NO_HOOKS = ("-c", "core.hooksPath=/dev/null")


class CodeGone(Exception):
    """The code of a recorded run cannot be checked out."""


@contextmanager
def code_of_run(lab: Lab, run: RecordedRun, target: Path) -> Iterator[Lab]:
    """Yield the lab as it was when the run was trained, in a git worktree at `target` that is removed at the end.

    Raises:
        CodeGone: The run names no commit, the commit is not in the repository, or the changes cannot be applied.
    """
    git, commit = git_in(lab.root), _commit(run)
    top = git("rev-parse", "--show-toplevel")
    if top is None:
        raise CodeGone(f"{lab.root.resolve()} is not in a git repository, so its commit {commit} is not here")
    if git("cat-file", "-e", f"{commit}^{{commit}}") is None:
        raise CodeGone(f"the commit {commit} is not in this repository (git fetch)")
    if git(*_NO_HOOKS, "worktree", "add", "--quiet", "--detach", str(target), commit) is None:
        raise CodeGone(f"the commit {commit} cannot be checked out (git worktree add DIR {commit})")
    try:
        _apply_changes(run, target)
        root = target / lab.root.resolve().relative_to(Path(top.decode().strip()).resolve())
        if not root.is_dir():
            raise CodeGone(f"the commit {commit} does not contain the folder {root.relative_to(target)} of the lab")
        yield Lab(root)
    finally:
        git("worktree", "remove", "--force", str(target))
        git("worktree", "prune")


def checkout_hint(lab: Lab, run: RecordedRun) -> str:
    """Return how to train with the recorded code, or why that is not possible."""
    git = run.provenance.git
    if git is None:
        return "the run names no git commit, so its code cannot be checked out"
    if git_in(lab.root)("cat-file", "-e", f"{git.commit}^{{commit}}") is None:
        return f"the code of the run is commit {git.commit}, which is not in this repository (git fetch)"
    if git.dirty and not git.diff_is_exact:
        return f"the code of the run is commit {git.commit} with changes that were not recorded completely"
    return f"to train with the code of the run, commit {git.commit}: proband reproduce {run.id} --at-commit"


def _commit(run: RecordedRun) -> str:
    git = run.provenance.git
    if git is None:
        raise CodeGone("the run names no git commit (it was trained outside a git repository)")
    if not git.commit.isalnum():
        raise CodeGone("the commit in provenance.json is not a hash")
    return git.commit


def _apply_changes(run: RecordedRun, target: Path) -> None:
    git = run.provenance.git
    if git is None or not git.dirty:
        return
    if git.diff is None or not git.diff_is_exact:
        raise CodeGone(f"the run was trained with uncommitted changes, which {DIFF} does not contain completely")
    command = ["git", "apply", "--whitespace=nowarn", str(run.folder.resolve() / DIFF)]
    completed = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)
    if completed.returncode:
        reason = " ".join(completed.stderr.split())[:200]
        raise CodeGone(f"the uncommitted changes in {DIFF} cannot be applied: {reason}")
