"""The conda environment of the jobs has the packages and version ranges that pyproject.toml declares."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import yaml
from packaging.requirements import Requirement

from compiler.base.paths import ENGINE

CONDA_NAMES = {
    "pytorch": "torch",
    "matplotlib-base": "matplotlib",
    "snakemake-minimal": "snakemake",
    "huggingface_hub": "huggingface-hub",
}
ONLY_FOR_THE_MAIN_PROCESS = {"snakemake-logger-plugin-rich"}
ONLY_IN_CONDA = {"python", "pip"}


def declared_requirements() -> dict[str, Requirement]:
    """Return the requirements of Proband with the extra for language models, by name."""
    project = tomllib.loads((ENGINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [*project["dependencies"], *project["optional-dependencies"]["llm"]]
    requirements = {requirement.name: requirement for requirement in map(Requirement, texts)}
    return {name: requirement for name, requirement in requirements.items() if name not in ONLY_FOR_THE_MAIN_PROCESS}


def environment_requirements() -> Iterator[Requirement]:
    environment: dict[str, Any] = yaml.safe_load((ENGINE / "rules/environment.yaml").read_text(encoding="utf-8"))
    for entry in environment["dependencies"]:
        for text in entry["pip"] if isinstance(entry, dict) else [entry]:
            requirement = Requirement(text)
            requirement.name = CONDA_NAMES.get(requirement.name, requirement.name)
            if requirement.name not in ONLY_IN_CONDA:
                yield requirement


def test_environment_of_jobs_has_the_packages_and_versions_of_pyproject() -> None:
    ranges = {requirement.name: requirement.specifier for requirement in environment_requirements()}
    assert ranges == {name: requirement.specifier for name, requirement in declared_requirements().items()}
