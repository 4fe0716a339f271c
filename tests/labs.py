"""Write labs from strings and compile them in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from compiler.experiment.compile_experiment import compile_experiment
from compiler.experiment.experiment import Experiment
from compiler.runs.toolchain import Run, Toolchain

HEADER = "# @package _global_\n"


def spec(body: str) -> str:
    """Return the text of a spec file from a body that may be indented."""
    return HEADER + dedent(body).lstrip("\n")


def write_lab(root: Path, files: Mapping[str, str | bytes]) -> Lab:
    """Write a lab. A name without a folder is an experiment: `lr` is written to conf/experiment/lr.yaml."""
    for name, content in files.items():
        file = root / (
            name
            if "/" in name or name.endswith((".lock", ".dvc", ".py", "dvc.yaml"))
            else f"conf/experiment/{name}.yaml"
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return Lab(root)


def compile_one(lab: Lab, name: str, overrides: Sequence[str] = ()) -> tuple[Experiment, dict[str, Run]]:
    """Compile one experiment. Return it and its runs by id. Raises CompileError."""
    return compile_experiment(name, Toolchain(lab, overrides))


def mistakes_of(lab: Lab, name: str, overrides: Sequence[str] = ()) -> list[str]:
    """Return the diagnostics of one experiment as text; an empty list if it compiles."""
    try:
        compile_one(lab, name, overrides)
    except CompileError as error:
        return list(map(str, error.diagnostics))
    return []
