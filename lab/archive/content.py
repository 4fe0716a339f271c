"""Read archived content from DVC's cache, and compare every byte with the hashes that name it.

DVC trusts a file of its cache that is write-protected, and does not hash what it downloads from most remotes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from compiler.base.json_files import parse_json
from lab.archive.pointers.pointer import Out
from lab.archive.pointers.relative_path import relative_parts

_CHUNK = 1 << 20


class WrongContent(Exception):
    """Content is missing, or its bytes do not have the hash that names it."""


@dataclass(frozen=True)
class StoredFile:
    """A file of an archived folder. `path` is relative to this folder, `md5` names its content."""

    path: str
    md5: str


@dataclass(frozen=True)
class Digests:
    """What a file contains: its size in bytes and two hashes, from one reading."""

    size: int
    md5: str
    sha256: str


@dataclass(frozen=True)
class Cache:
    """DVC's cache. An object is a file that is named by the md5 of its content. Wrong objects are deleted."""

    folder: Path

    def object(self, md5: str) -> Path:
        return self.folder / "files" / "md5" / md5[:2] / md5[2:]

    def files(self, out: Out) -> tuple[StoredFile, ...]:
        """Return the files of an out, relative to the out. An out that is a file has one, with an empty path.

        Raises:
            WrongContent: The list of the files is missing, or it does not have the recorded hash, or names a path
                outside the folder.
        """
        if not out.is_folder:
            return (StoredFile("", out.md5),)
        file = self.object(out.md5)
        try:
            content = file.read_bytes()
        except OSError:
            raise WrongContent(f"its list of files, {out.md5}, is missing in DVC's cache") from None
        actual = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if actual != out.md5.removesuffix(".dir"):
            raise self._discard(out.md5, actual, "its list of files")
        try:
            return tuple(_listed(parse_json(content)))
        except (ValueError, KeyError, TypeError) as error:
            raise WrongContent(f"its list of files, {out.md5}, cannot be read: {error}") from error

    def is_complete(self, out: Out) -> bool:
        """Return whether the cache has every file of an out. Their content is not read."""
        try:
            return all(self.object(file.md5).is_file() for file in self.files(out))
        except WrongContent:
            return False

    def read(self, file: StoredFile, target: BinaryIO | None = None) -> Digests:
        """Read the content of a file, write it to `target`, and return its hashes.

        Raises:
            WrongContent: The content is missing, or its md5 is another one.
        """
        try:
            with self.object(file.md5).open("rb") as source:
                digests = _digests(source, target)
        except FileNotFoundError:
            raise WrongContent(f"{file.path or 'its content'}: {file.md5} is missing in DVC's cache") from None
        if digests.md5 != file.md5:
            raise self._discard(file.md5, digests.md5, file.path or "its content")
        return digests

    def read_all(self, out: Out) -> dict[str, Digests]:
        """Return the hashes of every file of an out. Raises WrongContent if the content of one is missing or wrong."""
        return {file.path: self.read(file) for file in self.files(out)}

    def _discard(self, md5: str, actual: str, name: str) -> WrongContent:
        """Delete an object whose content is wrong, so that it is stored or downloaded again. Return the error."""
        file = self.object(md5)
        file.unlink(missing_ok=True)
        return WrongContent(f"{name}: has the md5 {actual}, but DVC has it as {md5}; {file} was wrong and is deleted")


def _listed(entries: Any) -> Iterator[StoredFile]:
    """Yield the entries of the list of an archived folder. Raises ValueError for a path outside it."""
    paths = [str(entry["relpath"]) for entry in entries]
    if len(set(paths)) < len(paths):
        raise ValueError("it names a file twice")
    for path, entry in zip(paths, entries, strict=True):
        md5 = str(entry["md5"])
        if relative_parts(path) is None:
            raise ValueError(f"{path!r} is no path inside the folder")
        if len(md5) != 32 or not set(md5) <= set("0123456789abcdef"):
            raise ValueError(f"{path}: {md5!r} is no md5")
        yield StoredFile(path, md5)


def _digests(source: BinaryIO, target: BinaryIO | None) -> Digests:
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        md5.update(chunk)
        sha256.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return Digests(size, md5.hexdigest(), sha256.hexdigest())
