"""A composed config, and the files that it was laid together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from compiler.base.diagnostics import Diagnostic, Problem, dotted
from compiler.base.nested import Keys
from compiler.parsing.located_yaml import Source


@dataclass(frozen=True)
class Layer:
    """One file of a composition and the key that it is laid at."""

    source: Source
    package: Keys


@dataclass(frozen=True)
class Composed:
    """A composed config with its interpolations still in it, and where each key came from."""

    config: dict[str, Any]
    spec: Source
    layers: tuple[Layer, ...]  # in the order Hydra merges them: the last that has a key wrote it

    def diagnostic(self, problem: Problem) -> Diagnostic:
        """Place a problem in the file that wrote its key, or in the nearest key around it."""
        for depth in range(len(problem.path), 0, -1):
            for layer in reversed(self.layers):
                inside = below(problem.path[:depth], layer.package)
                placed = layer.source.diagnostic(problem, inside) if inside is not None else None
                if placed is not None:
                    return placed
        return Diagnostic(self.spec.name, 1, 1, dotted(problem.path), problem.problem, problem.hint)


def below(path: Keys, package: Keys) -> Keys | None:
    """The part of `path` below `package`; None when it lies elsewhere."""
    return path[len(package) :] if path[: len(package)] == package else None
