"""Collect the uncommitted changes of a repository as one patch, with the untracked files that a training executes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.base.redaction import redact_keys
from lightning_modules.provenance.command_output import Output
from lightning_modules.provenance.git_state import LIMIT, Git
from lightning_modules.provenance.new_file_patch import NotPatchable, new_file_patch

_DIFF = (
    *("diff", "HEAD", "--binary", "--full-index", "--submodule=diff"),
    *(
        "--no-relative",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-renames",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        "--",
    ),
)
# Files that Proband writes during builds, relative to the lab. Run folders and the lab's records have their content.
_WRITTEN_BY_BUILDS = ("results", "reports", "publication", "archive", "reproductions", ".proband")
_SECRET_FILES = ("**/.env*", "**/*.pem", "**/*.key", "**/.netrc", "**/id_rsa*", "**/id_ed25519*", "**/credentials*")
_FILE = re.compile(r"^(?=diff --git )", re.MULTILINE)
_NOTHING = Output(b"", 0)
_REDACTED = "source.diff: contains <key> in the place of a secret, so it does not restore the code exactly"


@dataclass(frozen=True)
class SourceDiff:
    """The content of `source.diff`, empty if nothing is uncommitted.

    `is_exact` states whether the commit and the patch restore the code of the training.
    """

    content: bytes
    is_exact: bool
    notes: tuple[str, ...] = ()


def source_diff(root: Path, git: Git, sources: Sequence[str], dirty: bool) -> SourceDiff:
    """Return the uncommitted changes of the repository.

    The patch is made for `git apply` in the root of the repository. If it is larger than 1 MiB, it has only the changes
    of the sources, or nothing.

    Args:
        root: the folder of the lab, which can be a part of the repository.
        sources: the files of the lab that the training executes, relative to `root`.
        dirty: whether tracked files have changes.
    """
    tracked = git(["ls-files", "-z", "--recurse-submodules", "--", *map(_literal, sources)])
    prefix = git(["rev-parse", "--show-prefix"])
    if tracked is None or prefix is None or not tracked.is_complete:
        return SourceDiff(b"", False, ("source.diff: not written, because git did not list its files",))
    names = set(tracked.content.decode("utf-8", "surrogateescape").split("\0"))
    folder = prefix.content.decode("utf-8", "surrogateescape").rstrip("\n")
    untracked, notes = _untracked(root, folder, [name for name in sources if name not in names])
    own, others = Output(untracked, len(untracked)), _NOTHING
    if dirty:
        committed = [name for name in sources if name in names]
        changed = git([*_DIFF, *map(_literal, committed)]) if committed else _NOTHING
        rest = git([*_DIFF, ":(top)", *_excluded(committed)])
        if changed is None or rest is None:
            return SourceDiff(b"", False, ("source.diff: not written, because git did not list the changes",))
        own, others = Output(changed.content + untracked, changed.size + len(untracked)), rest
    return _limited(own, others, notes)


def _limited(own: Output, others: Output, notes: tuple[str, ...]) -> SourceDiff:
    """Return the patch without secrets, as far as it is not too large."""
    content, is_exact, size = own.content + others.content, not notes, own.size + others.size
    if size > LIMIT:
        fits = own.size <= LIMIT
        content, is_exact = own.content if fits else b"", is_exact and fits
        part = "only those of the code that the training executes are" if content else "they are not"
        notes = (*notes, f"source.diff: the uncommitted changes have {size} bytes, so {part} kept (limit {LIMIT})")
    redacted = _redacted(content)
    if redacted != content:
        return SourceDiff(redacted, False, (*notes, _REDACTED))
    return SourceDiff(content, is_exact, notes)


def _redacted(patch: bytes) -> bytes:
    """Return the patch without secrets. A key that begins in one file cannot end in another."""
    files = _FILE.split(patch.decode("utf-8", "surrogateescape"))
    return "".join(map(redact_keys, files)).encode("utf-8", "surrogateescape")


def _untracked(root: Path, folder: str, names: Sequence[str]) -> tuple[bytes, tuple[str, ...]]:
    """Return a patch that creates the untracked files, and notes about those of which there is none."""
    patches, notes = [], []
    for name in sorted(names):
        try:
            patches.append(new_file_patch(root / name, folder + name))
        except NotPatchable as reason:
            notes.append(f"source.diff: {name!r} is not part of it ({reason})")
    return b"".join(patches), tuple(notes)


def _literal(path: str) -> str:
    return f":(literal){path}"


def _excluded(sources: Sequence[str]) -> list[str]:
    secrets = [f":(exclude,top,glob){pattern}" for pattern in _SECRET_FILES]
    return [*(f":(exclude,literal){name}" for name in (*_WRITTEN_BY_BUILDS, *sources)), *secrets]
