"""Read outputs from the content of dvc.yaml, dvc.lock and `.dvc` files.

The functions raise KeyError, AttributeError, TypeError or ValueError if the content does not have DVC's format.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import md5
from operator import itemgetter
from pathlib import Path
from typing import Any

_HASH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/=-]{0,199}")


@dataclass(frozen=True)
class Output:
    """An output that a file of DVC lists."""

    path: str  # relative to the folder of dvc.lock, or of the lab
    version: str  # DVC's hash, "" if the file has none
    stage: str  # the target to give to `dvc repro` and `dvc pull`
    source: str = ""  # of data that `dvc import-url` fetched: a URL, or a path relative to the lab


def stages(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each stage of dvc.yaml. A stage with `foreach` has its definition in `do`."""
    for name, stage in (content.get("stages") or {}).items():
        yield name, stage.get("do", stage)


def working_folder(stage: Mapping[str, Any]) -> str:
    return str(stage.get("wdir") or ".")


def declared_outputs(content: Mapping[str, Any]) -> Iterator[Output]:
    for name, stage in stages(content):
        items = content["stages"][name].get("foreach")
        for out in stage.get("outs") or []:
            path = next(iter(out)) if isinstance(out, Mapping) else str(out)
            path = posixpath.normpath(posixpath.join(working_folder(stage), path))
            paths = [path.replace("${item}", str(item)) for item in items] if isinstance(items, list) else [path]
            yield from (Output(resolved, "", name) for resolved in paths if "${" not in resolved)


def locked_outputs(content: Mapping[str, Any], folders: Mapping[str, str]) -> Iterator[Output]:
    for stage, entry in (content.get("stages") or {}).items():
        folder = folders.get(stage.partition("@")[0], ".")
        for out in entry.get("outs") or []:
            yield Output(posixpath.normpath(posixpath.join(folder, out["path"])), _version(out), stage)


def pointer_outputs(content: Mapping[str, Any], file: Path) -> Iterator[Output]:
    folder = posixpath.join(file.parent.as_posix(), str(content.get("wdir") or "."))
    source = _source(content, folder)
    for out in content.get("outs") or []:
        path = posixpath.normpath(posixpath.join(folder, out["path"]))
        yield Output(path, _version(out), file.as_posix(), source)


def _source(content: Mapping[str, Any], folder: str) -> str:
    """Return where `dvc import-url` fetched the data, "" for other data. `dvc pull` fetches those of `dvc import`."""
    dependencies = content.get("deps") or []
    if len(dependencies) != 1 or "repo" in dependencies[0] or "db" in dependencies[0]:
        return ""
    path = str(dependencies[0]["path"])
    return path if "://" in path else posixpath.normpath(posixpath.join(folder, path))


def _version(out: Mapping[str, Any]) -> str:
    """Return the hash of an output, "" if it has none. Raises ValueError if it is not a hash."""
    value = out.get(out.get("hash", "md5"))
    version = _hash_of_listing(out["files"]) if "files" in out else "" if value is None else str(value)
    if version and not _HASH.fullmatch(version):
        raise ValueError(f"{version!r} is not a hash")
    return version


def _hash_of_listing(files: Iterable[Mapping[str, Any]]) -> str:
    """Return DVC's hash of a folder whose files are listed instead, as remotes with versions of their own need it."""
    entries = sorted(({"md5": file["md5"], "relpath": file["relpath"]} for file in files), key=itemgetter("relpath"))
    return md5(json.dumps(entries, sort_keys=True).encode(), usedforsecurity=False).hexdigest() + ".dir"
