"""Record the commit, the branch and the uncommitted changes of the repository of a lab."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.base.redaction import redact_keys
from compiler.runs.provenance_parts import GitState
from lightning_modules.provenance.command_output import Output, command_output

LIMIT = 1 << 20  # bytes of output that are kept
Git = Callable[[Sequence[str]], Output | None]  # takes the arguments of git, returns None if it fails or hangs

# The settings of a repository may not start programs, and a command that only reads takes no lock.
_COMMAND = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
# Variables of a running git command, such as a hook, which name another repository.
_REPOSITORY_VARIABLES = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE"}
    | {"GIT_OBJECT_DIRECTORY"}
)
_UNKNOWN = (
    "git: the folder belongs to a repository that could not be read (git is missing, did not answer, or refused), "
    "so the commit and the uncommitted changes are not recorded"
)
_NO_COMMIT = "git: the repository has no commit yet, so the code is not recorded (commit it)"


@dataclass(frozen=True)
class Checkout:
    """A checked-out commit. `state` is None if there is none, and `note` then states why, if the folder has git."""

    state: GitState | None
    note: str | None = None


def limited_git(root: Path, environ: Mapping[str, str] = os.environ) -> Git:
    """Return a function that runs git in a folder, with limits on its time and output and without starting programs."""
    variables = {name: value for name, value in environ.items() if name not in _REPOSITORY_VARIABLES}
    variables |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}

    def run(arguments: Sequence[str]) -> Output | None:
        return command_output([*_COMMAND, *arguments], root, LIMIT, variables)

    return run


def checkout(root: Path, git: Git) -> Checkout:
    """Return the commit and the branch of a folder. Files that git does not track do not make it dirty."""
    output = git(["status", "--porcelain=v2", "--branch", "--untracked-files=no"])
    if output is None:
        return Checkout(None, _UNKNOWN if _is_below_repository(root) else None)
    lines = output.content.decode("utf-8", "replace").splitlines()
    heads = dict(line.removeprefix("# branch.").split(" ", 1) for line in lines if line.startswith("# branch."))
    commit, branch = heads.get("oid", "(initial)"), heads.get("head", "(detached)")
    if commit == "(initial)":
        return Checkout(None, _NO_COMMIT)
    dirty = any(not line.startswith("#") for line in lines)
    return Checkout(GitState(commit, dirty, None if branch == "(detached)" else redact_keys(branch)))


def _is_below_repository(root: Path) -> bool:
    folder = root.absolute()
    return any((parent / ".git").exists() for parent in (folder, *folder.parents))
