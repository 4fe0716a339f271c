"""Compute the hashes of data files and folders as DVC does."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory


def data_hash(path: Path, lab_root: Path) -> str:
    """Return DVC's hash of a file or folder.

    The hash of a folder ends with `.dir`. It covers the names and contents of all files in the folder, except those
    that the `.dvcignore` files of the lab exclude.

    Raises:
        OSError: A file cannot be read.
        ValueError: DVC does not track such a folder, because it contains a `.dvcignore` file.
    """
    if path.is_dir():
        return _folder_hash(path, lab_root)
    with path.open("rb") as file:
        return file_digest(file, "md5").hexdigest()


def _folder_hash(path: Path, lab_root: Path) -> str:
    from dvc.ignore import DvcIgnoreFilter  # imported late, because DVC is slow to import
    from dvc_data.hashfile.build import IgnoreInCollectedDirError, build
    from dvc_data.hashfile.db import HashFileDB
    from dvc_objects.fs.local import localfs

    ignored = DvcIgnoreFilter(localfs, str(lab_root.absolute()))
    try:
        with TemporaryDirectory() as unused_cache:
            cache = HashFileDB(localfs, unused_cache)
            _, _, tree = build(cache, str(path.absolute()), localfs, "md5", dry_run=True, ignore=ignored)
    except IgnoreInCollectedDirError as error:
        raise ValueError(str(error)) from error
    return str(tree.hash_info.value)
