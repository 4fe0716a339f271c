"""Describe the files of a package as entities of a crate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import PurePosixPath

from lab.publication.crate.node import Node, file_id

_FORMATS = {
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".sh": "application/x-sh",
    ".svg": "image/svg+xml",
    ".tex": "application/x-tex",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}


def file_nodes(files: Mapping[str, bytes]) -> Iterator[Node]:
    """Yield an entity for each file, with its size and sha256."""
    for path in sorted(files):
        about = {"about": {"@id": "./"}} if path == "README.md" else {}
        properties = {
            "name": path,
            "contentSize": str(len(files[path])),
            "sha256": sha256(files[path]).hexdigest(),
            "encodingFormat": _FORMATS.get(PurePosixPath(path).suffix, "text/plain"),
        }
        yield Node(file_id(path), ("File",), properties | about)
