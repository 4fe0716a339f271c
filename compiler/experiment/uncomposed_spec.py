"""Check the `experiment:` node of a spec whose config cannot be composed, so that all its mistakes are reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from compiler.base.diagnostics import Diagnostic, Problem, SpecError
from compiler.base.nested import value_at
from compiler.parsing.located_yaml import Source
from compiler.runs.toolchain import Toolchain
from compiler.spec.parse_spec import parse_spec
from compiler.sweep.points import sweep_points

_MISSING = "is missing"  # a part that the spec extends may have it


def uncomposed_diagnostics(choice: str, source: Source, tools: Toolchain) -> list[Diagnostic]:
    """Return the mistakes in a spec's own node. What it inherits, and values with interpolations, are not checked."""
    file = tools.composer.files.file(f"experiment/{choice}")
    try:
        content = OmegaConf.to_container(OmegaConf.load(file), resolve=False) if file else None
    except OmegaConfBaseException:
        return []
    node = content.get("experiment") if isinstance(content, dict) else None
    if not isinstance(node, dict):
        return []
    return [
        diagnostic
        for problem in _problems(node, Path(choice).name, tools)
        if not problem.problem.startswith(_MISSING) and "${" not in str(_value(node, problem))
        if (diagnostic := source.diagnostic(problem)) is not None
    ]


def _problems(node: dict[str, object], stem: str, tools: Toolchain) -> Iterator[Problem]:
    try:
        parse_spec(node, stem, tools.types.find)
    except SpecError as error:
        yield from error.problems
    sweep = node.get("sweep")
    if isinstance(sweep, dict):
        try:
            sweep_points({key: text for key, text in sweep.items() if not str(key).startswith("~")}, tools.composer)
        except SpecError as error:
            yield from error.problems


def _value(node: dict[str, object], problem: Problem) -> object:
    return value_at({"experiment": node}, ".".join(map(str, problem.path)))
