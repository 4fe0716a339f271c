"""Define a finding of the scan. It never contains the value that was found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lab.secrets_scan.rules.match import Kind


@dataclass(frozen=True, order=True)
class Finding:
    """A secret or personal data in a file.

    `file` is relative to the scanned folder. Lines count from 1; 0 is the name of the file or the whole file. `excerpt`
    is the text around the value, with a marker in its place. `sha256` are 16 hex digits of the hash of the value, to
    which an allowance binds.
    """

    file: str
    line: int
    kind: Kind
    excerpt: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}: {self.excerpt} (sha256 {self.sha256})"


def value_hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
