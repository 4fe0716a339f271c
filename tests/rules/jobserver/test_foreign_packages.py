"""Code of a lab imports another distribution's package `agents`, and jobs of Proband import the engine's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE

PRELOADED = """
import agents.api
from rules.jobserver.foreign_packages import foreign_packages, use_foreign_packages
with foreign_packages():
    import own
assert own.agents.NAME == "foreign", own.agents
import agents
assert agents.__file__.startswith(ENGINE) and agents.api, "a job of Proband"
use_foreign_packages(["rules.jobs.facts"])
assert __import__("agents").__file__.startswith(ENGINE), "another job"
use_foreign_packages(["rules.jobs.train"])
import agents
assert agents is own.agents, "a training sees the package that was imported before it was forked"
"""
DIRECT = """
from rules.jobserver.foreign_packages import use_foreign_packages
use_foreign_packages(["rules.jobs.train"])
import own
assert own.agents.NAME == "foreign", own.agents
import rules.jobs.train, lightning_modules.train
"""


@pytest.mark.parametrize("code", [PRELOADED, DIRECT], ids=["forked from the server", "in its own process"])
def test_training_code_imports_the_foreign_package(code: str, tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents/__init__.py").write_text("NAME = 'foreign'\n", encoding="utf-8")
    (tmp_path / "own.py").write_text("import agents\n", encoding="utf-8")
    setup = f"import sys\nENGINE = {str(ENGINE)!r}\nsys.path[:0] = [ENGINE, {str(tmp_path)!r}]\n"
    completed = subprocess.run(
        [sys.executable, "-c", setup + code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stderr
