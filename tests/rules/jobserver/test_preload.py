"""A rule runs every module in `rules/jobs`, and the job server preloads only modules that a rule runs."""

from __future__ import annotations

import gc
import re
from importlib.util import find_spec

import pytest

from compiler.base.paths import ENGINE
from rules.jobserver import preload as module
from rules.jobserver.preload import DOCUMENTS, FIRST, LATE

JOBS = "rules.jobs."


def modules_run_by_rules() -> set[str]:
    """Return the modules of `rules/jobs` that the shell commands of the rules name."""
    texts = [file.read_text(encoding="utf-8") for file in (ENGINE / "rules").glob("*.smk")]
    return {name for text in texts for name in re.findall(r"\bjob (?:--supervised )?rules\.jobs\.(\w+)", text)}


def test_every_module_in_the_folder_of_jobs_is_run_by_a_rule() -> None:
    modules = {file.stem for file in (ENGINE / "rules/jobs").glob("*.py")} - {"__init__"}
    assert modules == modules_run_by_rules()


def test_every_preloaded_job_is_run_by_a_rule() -> None:
    jobs = {name.removeprefix(JOBS) for name in (*FIRST, *LATE, *DOCUMENTS) if name.startswith(JOBS)}
    assert jobs <= modules_run_by_rules()


def test_every_preloaded_module_exists() -> None:
    assert [name for name in (*FIRST, *LATE, *DOCUMENTS) if find_spec(name) is None] == []


def test_garbage_is_collected_after_the_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST", ("no_such_module",))
    with pytest.raises(ModuleNotFoundError):
        module.preload()
    assert gc.isenabled()
