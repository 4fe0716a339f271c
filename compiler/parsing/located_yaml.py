"""YAML files with the line and column of every key, to say where a mistake stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, dotted
from compiler.base.nested import Keys
from compiler.parsing.strict_yaml import children, position, strict_root


@dataclass(frozen=True)
class Source:
    """One parsed file. `name` is how people see it: relative to the lab where it can be."""

    name: str
    root: yaml.Node | None

    def node(self, keys: Keys) -> tuple[tuple[int, int], yaml.Node | None] | None:
        """Line and column, from 1, of the key or list item at `keys`, and its value; None where there is none."""
        at, node = (1, 1), self.root
        for key in keys:
            found = next((one for one in children(node) if one[0] == key), None)
            if found is None:
                return None
            _, mark, node = found
            at = position(mark)
        return at, node

    def diagnostic(self, problem: Problem, at: Keys | None = None) -> Diagnostic | None:
        """A problem as a diagnostic of this file, if the file has the key at `at` (else the problem's own)."""
        found = self.node(problem.path if at is None else at)
        return found and Diagnostic(self.name, *found[0], dotted(problem.path), problem.problem, problem.hint)


def read_source(file: Path, name: str) -> Source:
    """Parse a file.

    Raises:
        CompileError: it is not UTF-8, or not YAML of the kind that specs are written in.
    """
    try:
        return Source(name, strict_root(file.read_text(encoding="utf-8"), name))
    except UnicodeDecodeError as error:
        raise CompileError([Diagnostic(name, 1, 1, "", f"is not UTF-8 text: {error.reason}")]) from error
