"""YAML files with the line and column of every key, to say where a mistake stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from compiler.errors import CompileError, Diagnostic, Problem, dotted

Key = str | int
Keys = tuple[Key, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Source:
    """One parsed file. `name` is how people see it: relative to the lab where it can be."""

    name: str
    root: yaml.Node | None

    def position(self, keys: Keys) -> tuple[int, int] | None:
        """Line and column, from 1, of the key or list item at `keys`; None where the file has none."""
        mark, node = None, self.root
        for key in keys:
            found = next((pair for pair in _children(node) if pair[0] == key), None)
            if found is None:
                return None
            _, mark, node = found
        if mark is None:
            return (1, 1)
        return (mark.line + 1, mark.column + 1)

    def place(self, problem: Problem, at: Keys | None = None) -> Diagnostic | None:
        """A problem as a diagnostic of this file, if the file has the key at `at` (else the problem's own)."""
        position = self.position(problem.path if at is None else at)
        return position and Diagnostic(self.name, *position, dotted(problem.path), problem.problem, problem.hint)


def read_source(file: Path, name: str) -> Source:
    """Parse a file.

    Raises:
        CompileError: it is not UTF-8 or not YAML, has two documents, no mapping at the top, or a repeated key.
    """
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise CompileError([Diagnostic(name, 1, 1, "", f"is not UTF-8 text: {error.reason}")]) from error
    except RecursionError as error:
        raise CompileError([Diagnostic(name, 1, 1, "", "is nested too deeply to be read")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = f"invalid YAML: {error.problem or error.context or 'cannot be parsed'}"
        raise CompileError([Diagnostic(name, line, column, "", problem)]) from error
    except yaml.YAMLError as error:
        raise CompileError([Diagnostic(name, 1, 1, "", f"invalid YAML: {' '.join(str(error).split())}")]) from error
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise CompileError([Diagnostic(name, 1, 1, "", "must be a mapping of keys to values")])
    repeated = list(_repeated_keys(root, (), name, frozenset(), set()))
    if repeated:
        raise CompileError(repeated)
    return Source(name, root)


def _children(node: yaml.Node | None) -> Iterator[tuple[Key, yaml.Mark, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark, value
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield index, item.start_mark, item


def _repeated_keys(
    node: yaml.Node | None, keys: Keys, name: str, above: frozenset[int], done: set[int]
) -> Iterator[Diagnostic]:
    """Every key written twice in one mapping: a YAML reader would silently keep the last.

    A node is read once however many aliases lead to it, so a small file cannot cost much time.
    """
    if id(node) in above:
        yield Diagnostic(name, 1, 1, dotted(keys), "contains itself through a YAML anchor")
    if id(node) in done:
        return
    done.add(id(node))
    seen: dict[Key, int] = {}
    for key, mark, child in _children(node):
        if isinstance(node, yaml.MappingNode) and key in seen and key != "<<":
            where = (name, mark.line + 1, mark.column + 1, dotted((*keys, key)))
            yield Diagnostic(*where, f"repeated key, first written on line {seen[key]}", "keep one of them")
        seen.setdefault(key, mark.line + 1)
        yield from _repeated_keys(child, (*keys, key), name, above | {id(node)}, done)
