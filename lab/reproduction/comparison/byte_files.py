"""Compare files whose format cannot be read without running code in them."""

from __future__ import annotations

from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from lab.reproduction.comparison.deviation import Deviation, FileComparison
from rules.verification.tolerance import Tolerance


def compare_bytes(recorded: Path, repeated: Path, _: Tolerance) -> FileComparison:
    """Compare two files byte for byte."""
    if sha256_of_file(recorded) == sha256_of_file(repeated):
        return FileComparison(1)
    return FileComparison(1, (Deviation(f"{recorded.name}: the bytes differ (it is not unpickled)", False),))
