"""Define a composed config, with the files that it was merged from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler.base.diagnostics import Diagnostic, Problem, dotted
from compiler.base.nested import Keys
from compiler.parsing.located_yaml import Source


@dataclass(frozen=True)
class Layer:
    """A file of a composition, and the key under which its content is merged."""

    source: Source
    package: Keys


@dataclass(frozen=True)
class Composed:
    """A composed config whose interpolations are not resolved, and the files that set its keys.

    `collaboration` is the config group of this name. It is no part of `config`, because it belongs to the lab.
    """

    config: dict[str, Any]
    spec: Source
    layers: tuple[Layer, ...]  # in merge order; if several layers set a key, the last one takes effect
    is_partial: bool = False  # whether a group is left out, because a sweep has to choose its config
    collaboration: Any = None

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """Return a diagnostic in the file that sets the problem's key, or the nearest key around it."""
        for depth in range(len(problem.path), 0, -1):
            for layer in reversed(self.layers):
                path = path_below(problem.path[:depth], layer.package)
                diagnostic = layer.source.diagnostic(problem, path) if path is not None else None
                if diagnostic is not None:
                    return diagnostic
        return Diagnostic(self.spec.name, 1, 1, dotted(problem.path), problem.problem, problem.hint)


def path_below(path: Keys, package: Keys) -> Keys | None:
    """Return the part of `path` after `package`, or None if it is not inside `package`."""
    return path[len(package) :] if path[: len(package)] == package else None
