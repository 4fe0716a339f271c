"""Find modules of a lab that would hide modules of Proband, of Python or of a package that Proband imports.

A job has the lab first on its path, so that `random.py` in the lab would be imported wherever a package imports
`random`. The error would appear in another place, often after the training.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import ENGINE

PROBAND = frozenset({"agents", "compiler", "hydra_plugins", "lab", "lightning_modules", "proband", "rules"})
# Top-level names of the packages that Proband imports. A test compares them with the imports.
REQUIRED = frozenset(
    [
        "PIL",
        "bibtexparser",
        "cmaes",
        "detect_secrets",
        "dvc",
        "dvc_data",
        "dvc_objects",
        "filelock",
        "google",
        "httpx2",
        "huggingface_hub",
        "hydra",
        "joblib",
        "lightning",
        "markdown_it",
        "matplotlib",
        "numpy",
        "omegaconf",
        "openai",
        "optuna",
        "packaging",
        "pandas",
        "platformdirs",
        "psutil",
        "pydantic",
        "pydantic_core",
        "pypandoc",
        "regex",
        "rfc8785",
        "requests",
        "rich",
        "rocrate",
        "safetensors",
        "scipy",
        "sklearn",
        "snakemake",
        "statsmodels",
        "tenacity",
        "tensorboard",
        "threadpoolctl",
        "tokenizers",
        "torch",
        "trackio",
        "transformers",
        "typst",
        "wandb",
        "yaml",
    ]
)
_UNUSED = frozenset({"antigravity", "idlelib", "test", "this", "turtledemo"})  # of Python; no package imports them


def check_module_names(lab: Path) -> None:
    """Raise CompileError if a top-level module of the lab has a name that it must not have."""
    if lab.resolve() == ENGINE:
        return
    diagnostics = list(_diagnostics(lab))
    if diagnostics:
        raise CompileError(diagnostics)


def module_name_problem(name: str) -> str | None:
    """Return why a module of a lab may not have a name: which module it would hide. Return None if it may."""
    if name in PROBAND:
        return "Proband has a module with this name"
    if name in sys.stdlib_module_names - _UNUSED:
        return "it would hide a module of Python's standard library"
    return f"it would hide the package {name}, which Proband imports" if name in REQUIRED else None


def _diagnostics(lab: Path) -> Iterator[Diagnostic]:
    for name, file in sorted(_top_level_modules(lab)):
        reason = module_name_problem(name)
        if reason is not None:
            problem = f"a module of the lab may not be called '{name}': {reason}"
            yield Diagnostic(file.relative_to(lab).as_posix(), 1, 1, "", problem, "rename it")


def _top_level_modules(lab: Path) -> Iterator[tuple[str, Path]]:
    """Yield the names and files of modules and packages. A folder without `__init__.py` hides nothing."""
    for entry in lab.iterdir():
        if entry.suffix == ".py":
            yield entry.stem, entry
        elif (package := entry / "__init__.py").is_file():
            yield entry.name, package
