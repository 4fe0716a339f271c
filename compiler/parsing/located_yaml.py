"""Read YAML files with the line and column of every key, for diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, dotted
from compiler.base.nested import Keys
from compiler.parsing.package_header import ignored_header
from compiler.parsing.strict_yaml import children, position, strict_root

MAX_BYTES = 1_000_000  # of a config file; a larger one takes seconds in every pass


@dataclass(frozen=True)
class Source:
    """A parsed file. `name` is shown in messages: the path relative to the lab if possible."""

    name: str
    root: yaml.Node | None

    def node(self, keys: Keys) -> tuple[tuple[int, int], yaml.Node | None] | None:
        """Return line and column of the key or list item at `keys`, and its value. None if the file has no such key."""
        line_and_column, node = (1, 1), self.root
        for key in keys:
            child = next((child for child in children(node) if child[0] == key), None)
            if child is None:
                return None
            _, mark, node = child
            line_and_column = position(mark)
        return line_and_column, node

    def diagnostic(self, problem: Problem, key_path: Keys | None = None) -> Diagnostic | None:
        """Return a diagnostic at `key_path` (default: the problem's own), or None if the file has no such key."""
        located = self.node(problem.path if key_path is None else key_path)
        return located and Diagnostic(self.name, *located[0], dotted(problem.path), problem.problem, problem.hint)


def read_source(file: Path, name: str, *, may_be_list: bool = False) -> Source:
    """Parse a config file. `may_be_list` says whether its root may be a list instead of a mapping.

    Raises:
        CompileError: The file cannot be read, is not UTF-8, or is not the subset of YAML that specs may use.
    """
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            raise CompileError([Diagnostic(name, 1, 1, "", *_too_large(size))])
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CompileError([Diagnostic(name, 1, 1, "", f"is not UTF-8 text: {error.reason}")]) from error
    except OSError as error:
        raise CompileError([Diagnostic(name, 1, 1, "", f"cannot be read: {error.strerror}")]) from error
    if header_problem := ignored_header(text):
        raise CompileError([Diagnostic(name, *header_problem)])
    return Source(name, strict_root(text, name, may_be_list=may_be_list))


def _too_large(size: int) -> tuple[str, str]:
    problem = f"has {size / 1e6:.1f} MB, and a config may have at most {MAX_BYTES / 1e6:g} MB"
    return problem, "move data and long texts to files of their own"
