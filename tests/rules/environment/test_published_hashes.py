"""Hashes of published files are read from lock files, each for exactly its version."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.environment.published_hashes import published_hashes
from tests.rules.environment.recorded import HASH, OTHER_HASH

LOCK = f"""\
# Exact versions.
# commented==1.0 --hash=sha256:{OTHER_HASH}
torch==2.13.0 \\
    --hash=sha256:{HASH} \\
    --hash=sha256:{OTHER_HASH}
Types-PyYAML==6.0 ; python_version < '3.12' \\
    --hash=sha256:{HASH}
plain==1.0
-r other.lock
"""
CPU_LOCK = f"torch==2.13.0+cpu \\\n    --hash=sha256:{OTHER_HASH}\n"


@pytest.mark.parametrize(
    ("name", "version", "hashes"),
    [
        pytest.param("torch", "2.13.0", (HASH, OTHER_HASH), id="all files of a version"),
        pytest.param("torch", "2.13.0+cpu", (OTHER_HASH,), id="a build that is not on PyPI"),
        pytest.param("torch", "2.13.0+cu130", (), id="an unknown build"),
        pytest.param("types-pyyaml", "6.0", (HASH,), id="other spelling, with a condition"),
        pytest.param("plain", "1.0", (), id="a version without hash"),
        pytest.param("commented", "1.0", (), id="a comment"),
        pytest.param("absent", "1.0", (), id="a package that no lock has"),
    ],
)
def test_hashes_of_a_version(name: str, version: str, hashes: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text(LOCK, encoding="utf-8")
    (tmp_path / "requirements-cpu.lock").write_text(CPU_LOCK, encoding="utf-8")
    files = [tmp_path / name for name in ("requirements.lock", "requirements-cpu.lock", "missing.lock")]
    assert published_hashes(files).of(name, version) == hashes
