"""Fixtures for the tests of the compiler."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

import pytest

from compiler.base.paths import ENGINE
from compiler.composing import compose, config_sources


@pytest.fixture(autouse=True, scope="package")
def _engine_without_experiments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Use the engine's groups without its experiments, which would be compiled with every lab."""
    engine = tmp_path_factory.mktemp("engine")
    shutil.copytree(ENGINE / "conf", engine / "conf", ignore=shutil.ignore_patterns("experiment"))
    with pytest.MonkeyPatch.context() as patch:
        for module in (compose, config_sources):
            patch.setattr(module, "ENGINE", engine)
        yield


@pytest.fixture(autouse=True)
def _clean_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore `sys.path`, to which labs are added, and remove secrets from the environment."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in [name for name in os.environ if name.endswith(("_KEY", "_TOKEN"))]:
        monkeypatch.delenv(name)
