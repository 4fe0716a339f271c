"""Collect the problems of one experiment over all passes, so that they are reported together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, SpecError


class Locator(Protocol):
    """Finds the file and line of a problem: the composed spec, or a variant of it."""

    def diagnostic(self, problem: Problem) -> Diagnostic: ...


class ProblemLog:
    """The problems of one experiment, with their files and lines."""

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self._diagnostics: list[Diagnostic] = []

    def __bool__(self) -> bool:
        """Return whether any problem was found."""
        return bool(self._diagnostics)

    def add(self, problems: Iterable[Problem], locator: Locator | None = None) -> None:
        self._diagnostics += map((locator or self._locator).diagnostic, problems)

    @contextmanager
    def collecting(self, locator: Locator | None = None) -> Iterator[None]:
        """Record the problems of a SpecError or CompileError that is raised in the block, and leave the block."""
        try:
            yield
        except SpecError as error:
            self.add(error.problems, locator)
        except CompileError as error:
            self._diagnostics += error.diagnostics

    def error(self) -> CompileError:
        return CompileError(self._diagnostics)
