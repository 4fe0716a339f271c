"""A rule runs every module in `rules/jobs`, and the job server preloads only modules that a rule runs."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
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


def test_a_server_without_trainings_imports_neither_torch_nor_pandas() -> None:
    code = (
        "import sys; from rules.jobserver.preload import preload_without_trainings;"
        "preload_without_trainings(has_documents=True); print(*sys.modules)"
    )
    imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"rules.jobs.results", "rules.jobs.report"} <= set(imported)
    assert {"torch", "lightning", "pandas"}.isdisjoint(imported)


def test_every_preloaded_module_exists() -> None:
    assert [name for name in (*FIRST, *LATE, *DOCUMENTS) if find_spec(name) is None] == []


def test_garbage_is_collected_after_the_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST", ("no_such_module",))
    with pytest.raises(ModuleNotFoundError):
        module.preload()
    assert gc.isenabled()
