"""Write and check the checksums of a package in the format of `sha256sum`. Imports only the standard library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from compiler.base.file_hash import sha256_of_file

CHECKSUMS = "CHECKSUMS"
VERIFY = f"""#!/bin/sh
# Compare the files of this folder with their checksums.
cd "$(dirname "$0")" && sha256sum -c {CHECKSUMS}
""".encode()
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def checksums_text(files: Mapping[str, bytes]) -> str:
    """Return a line for each file, sorted by path. The file of the checksums itself is not listed."""
    return "".join(f"{sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files) if path != CHECKSUMS)


def changed_files(package: Path) -> list[str]:
    """Return a line for each file of a package that its checksums do not list, or list with other content.

    An unreadable line of the checksums is reported as well. A package that does not exist has no changed files.
    """
    return sorted(_problems(package)) if package.is_dir() else []


def _problems(package: Path) -> Iterator[str]:
    file = package / CHECKSUMS
    if not file.is_file() or file.is_symlink():
        yield f"{CHECKSUMS}: missing"
        return
    matches = [_LINE.fullmatch(line) for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
    if not all(matches):
        yield f"{CHECKSUMS}: has a line that is not a checksum"
    expected = {match[2]: match[1] for match in matches if match}
    existing = {path for path in package_paths(package) if path != CHECKSUMS}
    yield from (f"{path}: missing" for path in expected.keys() - existing)
    yield from (f"{path}: not listed in {CHECKSUMS}" for path in existing - expected.keys())
    for path in expected.keys() & existing:
        if (package / path).is_symlink():
            yield f"{path}: is a link"
        elif sha256_of_file(package / path) != expected[path]:
            yield f"{path}: changed"


def package_paths(package: Path) -> list[str]:
    """Return the paths of all files and links in a package, sorted. Snakemake's time stamp is not part of it."""
    paths = (path for path in package.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(package).as_posix() for path in paths if path.name != ".snakemake_timestamp")
