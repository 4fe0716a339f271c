"""Read the fingerprint that a run was trained with, without parsing its long list of installed packages.

A build reads the fingerprints of all its runs, so this takes microseconds for each. Imports only the standard library.
"""

from __future__ import annotations

from pathlib import Path

from compiler.base.json_files import parse_json

_START = b'\n  "fingerprint": "'  # a key of the outermost object, as `write_json` writes it
_END = b"\n}\n"


def recorded_fingerprint(run_folder: Path) -> str | None:
    """Return the fingerprint in `provenance.json` of a run. None if the file is missing or damaged."""
    try:
        content = (run_folder / "provenance.json").read_bytes()
    except OSError:
        return None
    start = content.find(_START)
    if start >= 0 and content.endswith(_END):
        value = content[start + len(_START) : content.find(b'"', start + len(_START))]
        if value.isalnum():
            return value.decode("ascii")
    try:
        document = parse_json(content)
    except ValueError:
        return None
    fingerprint = document.get("fingerprint") if isinstance(document, dict) else None
    return fingerprint if isinstance(fingerprint, str) else None
