"""Find damaged copies of tracked data in DVC's cache and in remotes that are folders.

DVC uses a damaged copy, or deletes it and reports that the data are missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from compiler.runs.data_versions import TrackedData

_FOLDER = ".dir"  # ends the hash of a folder, whose copy is a list of its files


@dataclass(frozen=True)
class DamagedCopy:
    """A file of DVC's cache or of a remote whose content has another hash than its name states."""

    file: Path
    expected: str
    version: str


class UnknownRemote(Exception):
    """DVC knows no remote with a name. The message lists those that it knows."""

    def __init__(self, remote: str, remotes: Iterable[str]) -> None:
        names = ", ".join(sorted(remotes)) or "none"
        fix = f"add it with `dvc remote add {remote} ADDRESS`"
        super().__init__(f"DVC knows no remote '{remote}' (known: {names}; {fix})")


def damaged_copy(tracked: TrackedData, remote: str, config: dict[str, Any]) -> DamagedCopy | None:
    """Return the first damaged copy of the data, None if there is none.

    Args:
        tracked: the data.
        remote: the name of a remote, "" for DVC's default remote.
        config: options of DVC that override those of the lab.

    Raises:
        UnknownRemote: DVC knows no such remote.
    """
    copies = (copy for store in _stores(tracked.root, remote, config) for copy in _damaged(tracked.version, store))
    return next(copies, None)


def _stores(root: Path, remote: str, config: dict[str, Any]) -> Iterator[Path]:
    """Yield the folder of DVC's cache, and that of the remote if it is a folder of this machine."""
    from dvc.exceptions import DvcException  # imported late, because DVC is slow to import
    from dvc.repo import Repo

    try:
        with Repo(str(root), config=config) as repo:
            if remote and remote not in repo.config["remote"]:
                raise UnknownRemote(remote, repo.config["remote"])
            yield Path(repo.cache.local.path)
            store = repo.cloud.get_remote(remote or None).odb
            if store.fs.protocol == "local":
                yield Path(store.path)
    except DvcException:
        return  # the command of DVC that follows reports the problem


def _damaged(version: str, store: Path) -> Iterator[DamagedCopy]:
    file = store / version[:2] / version[2:]
    if not file.is_file():
        return
    with file.open("rb") as stored:
        actual = file_digest(stored, "md5").hexdigest() + (_FOLDER if version.endswith(_FOLDER) else "")
    if actual != version:
        yield DamagedCopy(file, version, actual)
    elif version.endswith(_FOLDER):
        for entry in json.loads(file.read_bytes()):
            yield from _damaged(entry["md5"], store)
