"""Read the remotes of a git working tree from its files, because running git can run commands of the repository."""

from __future__ import annotations

import re
from pathlib import Path

_SECTION = re.compile(r"\s*\[\s*(\S+)")
_URL = re.compile(r"\s*url\s*=\s*(.*)", re.IGNORECASE)


def working_tree(folder: Path) -> Path | None:
    """Return the git working tree that contains a folder, or None."""
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)


def remote_urls(tree: Path) -> tuple[str, ...]:
    """Return the URLs of the remotes of a working tree. A remote without a URL is the empty text."""
    try:
        lines = (_common_folder(tree) / "config").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    urls: list[str] = []
    is_remote = False
    for line in lines:
        if section := _SECTION.match(line):
            is_remote = section[1].casefold() == "remote"
            urls += [""] if is_remote else []
        elif is_remote and (url := _URL.match(line)):
            urls[-1] = urls[-1] or url[1].strip()
    return tuple(urls)


def _common_folder(tree: Path) -> Path:
    """Return the folder of the repository's config, which the `.git` of a linked working tree or submodule names."""
    link = tree / ".git"
    if not link.is_file():
        return link
    folder = tree / link.read_text(encoding="utf-8", errors="replace").strip().removeprefix("gitdir:").strip()
    common = folder / "commondir"
    return folder / common.read_text(encoding="utf-8").strip() if common.is_file() else folder
