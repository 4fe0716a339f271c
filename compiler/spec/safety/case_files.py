"""Check the file of cases of each `safety_checks`, with the line of every mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from compiler.base.diagnostics import CompileError, Diagnostic, Problem
from compiler.deliverables.deliverable import FILE_NAME, Deliverable
from compiler.deliverables.safety_cases import Cases
from compiler.deliverables.safety_checks import SafetyChecks
from compiler.parsing.located_yaml import Source, read_source
from compiler.parsing.validation import validation_problems

_PATTERNS = {FILE_NAME: "must be letters, digits, '.', '_' and '-', no '.' or '-' first"}


def case_file_problems(deliverables: Sequence[Deliverable], root: Path) -> Iterator[Problem]:
    """Yield files that do not exist or leave the lab, at the key of the spec that names them.

    Raises:
        CompileError: A file of cases is invalid. The error holds its mistakes.
    """
    diagnostics: list[Diagnostic] = []
    for index, deliverable in enumerate(deliverables):
        if isinstance(deliverable, SafetyChecks):
            key_path = ("experiment", "deliverables", index, "cases")
            if problem := _path_problem(root, deliverable.cases):
                yield Problem(key_path, problem, "write a file with cases: [{id: …, prompt: …, must_match: …}]")
                continue
            diagnostics += _mistakes(root / deliverable.cases, deliverable.cases)
            for path in deliverable.lab_files(root)[1:]:
                if problem := _path_problem(root, path):
                    yield Problem(key_path, f"an input of the cases: {problem}")
    if diagnostics:
        raise CompileError(diagnostics)


def _path_problem(root: Path, path: str) -> str:
    file = root / path
    if not file.is_file():
        return f"there is no file {path}"
    return "" if file.resolve().is_relative_to(root.resolve()) else f"{path} leads out of the lab"


def _mistakes(file: Path, name: str) -> list[Diagnostic]:
    try:
        source = read_source(file, name)
        Cases.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except CompileError as error:
        return list(error.diagnostics)
    except ValidationError as error:
        problems = validation_problems(error, Cases, pattern_messages=_PATTERNS)
        return [_located(source, problem) for problem in problems]
    return []


def _located(source: Source, problem: Problem) -> Diagnostic:
    """Return the diagnostic at the innermost key of the problem that the file contains."""
    lengths = range(len(problem.path), -1, -1)
    diagnostics = (source.diagnostic(problem, key_path=problem.path[:length]) for length in lengths)
    return next(diagnostic for diagnostic in diagnostics if diagnostic is not None)
