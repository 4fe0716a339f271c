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
        self._warnings: list[Diagnostic] = []

    def __bool__(self) -> bool:
        """Return whether any problem was found."""
        return bool(self._diagnostics)

    def add(self, problems: Iterable[Problem], locator: Locator | None = None) -> None:
        self._diagnostics += map((locator or self._locator).diagnostic, problems)

    def warn(self, problems: Iterable[Problem], locator: Locator | None = None) -> None:
        """Record problems with which the experiment still compiles."""
        self._warnings += map((locator or self._locator).diagnostic, problems)

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(map(str, sorted(set(self._warnings))))

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
