"""The step hashes name the modules that the rules run, and the prompt files exist."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest

from compiler.base.paths import ENGINE
from compiler.spec.agent_entry_points import AGENT_FIELDS
from compiler.steps.prompt_files import ANALYSIS, DEFAULT_WRITER, RULES
from compiler.steps.step_hashes import AGENT_JOBS, STEP_JOBS

RULE_TEXT = (ENGINE / "rules" / "write.smk").read_text(encoding="utf-8")
RULES_OF_FIELDS = {"analysis_pipeline": "analysis", "reports": "report"}


def job_of(rule: str) -> str:
    """Return the module that a rule runs."""
    blocks = re.split(r"^(?:rule|checkpoint) ", RULE_TEXT, flags=re.MULTILINE)
    (text,) = (block for block in blocks if block.startswith(f"_{rule}:"))
    match = re.search(r'"job (?:--supervised )?([\w.]+) ', text)
    assert match
    return match[1]


@pytest.mark.parametrize(("step", "module"), STEP_JOBS.items())
def test_step_is_hashed_by_the_module_that_its_rule_runs(step: str, module: str) -> None:
    assert job_of(step) == module
    assert find_spec(module) is not None


@pytest.mark.parametrize(("field", "module"), AGENT_JOBS.items())
def test_agents_of_a_field_are_hashed_with_the_module_that_runs_them(field: str, module: str) -> None:
    assert job_of(RULES_OF_FIELDS[field]) == module
    assert find_spec(module) is not None


def test_every_field_of_agents_has_a_job() -> None:
    assert AGENT_JOBS.keys() == AGENT_FIELDS.keys()


def test_every_rule_of_write_smk_is_hashed() -> None:
    rules = re.findall(r"^rule _(\w+):", RULE_TEXT, flags=re.MULTILINE)
    assert {job_of(rule) for rule in rules} == {*STEP_JOBS.values(), *AGENT_JOBS.values()}


@pytest.mark.parametrize("file", [RULES, DEFAULT_WRITER, ANALYSIS], ids=lambda file: file.name)
def test_prompt_file_exists(file: object) -> None:
    assert str(file).endswith(".prompt.md")
    assert file.is_file()  # type: ignore[attr-defined]
