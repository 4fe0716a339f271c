"""Let DVC store files of the lab in its cache, without changing the pointers in `archive/`.

DVC writes hashes only into files of DVC in a folder that git does not ignore. Such files without hashes would break
`dvc pull`, so they are in a folder of their own, which is deleted afterwards, or by the next call after a kill.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from compiler.base.json_files import write_bytes
from compiler.base.paths import Lab
from lab.archive.dvc_program import commit
from lab.archive.pointers.pointer import Out
from lab.archive.pointers.read_pointer import read_hashes


def store_outs(lab: Lab, paths: Mapping[str, Sequence[str]]) -> dict[str, tuple[Out, ...]]:
    """Store files and folders of the lab in DVC's cache, in one process, and return their hashes.

    Args:
        paths: lists of paths relative to the lab, each with a name that becomes the key of the result.

    Raises:
        DvcFailed: A path cannot be stored. The cache may contain some of the others.
    """
    folder = lab.archive / "staging"
    remove_staging(lab)
    folder.mkdir(parents=True)
    files = {name: folder / f"{name}.dvc" for name in paths if paths[name]}
    ignore_files = _ignore_files(lab, paths)
    try:
        for name, file in files.items():
            content = {"wdir": "../..", "outs": [{"path": path} for path in paths[name]]}
            file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        commit(lab, list(files.values()))
        return {name: tuple(read_hashes(file).values()) for name, file in files.items()}
    finally:
        remove_staging(lab)
        for file, original in ignore_files.items():
            _put_back(file, original)


def _ignore_files(lab: Lab, paths: Mapping[str, Sequence[str]]) -> dict[Path, bytes | None]:
    """Return the `.gitignore` files that DVC may write beside the outs, with their content. None: there is no file.

    Whether git ignores results is decided by the user, and a `.gitignore` in an experiment is no file of it.
    """
    folders = {(lab.root / path).parent for group in paths.values() for path in group}
    files = [folder / ".gitignore" for folder in folders]
    return {file: file.read_bytes() if file.is_file() else None for file in files}


def _put_back(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink(missing_ok=True)
    else:
        write_bytes(file, content)


def remove_staging(lab: Lab) -> None:
    shutil.rmtree(lab.archive / "staging", ignore_errors=True)
