from __future__ import annotations

from pathlib import Path

import pytest
from build import RealLab


@pytest.fixture
def lab(tmp_path: Path) -> RealLab:
    return RealLab(tmp_path)


@pytest.fixture(scope="module")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> RealLab:
    """One lab for the tests of a file, which tell one story in the order they are written."""
    return RealLab(tmp_path_factory.mktemp("lab"))
