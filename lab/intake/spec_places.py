"""Locate the diagnostics of a compiled spec in the job from which it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import yaml

from compiler.base.diagnostics import Diagnostic, Problem, dotted
from compiler.base.nested import Keys
from compiler.parsing.located_yaml import Source
from compiler.parsing.strict_yaml import children, position
from lab.intake.mapping.map_config import MappedConfig
from lab.intake.reading.document import Document


class Places(Protocol):
    """Where the keys of a spec come from."""

    def in_job(self, diagnostic: Diagnostic, spec: Source) -> Diagnostic:
        """Return a diagnostic of the spec at its place in the job."""
        ...

    def located(self, problem: Problem) -> Diagnostic:
        """Return a diagnostic for a problem whose path begins inside the `experiment:` node."""
        ...


@dataclass(frozen=True)
class SpecPlaces:
    """A job that is a spec: its lines are those of the spec."""

    document: Document

    def in_job(self, diagnostic: Diagnostic, spec: Source) -> Diagnostic:  # noqa: ARG002
        return replace(diagnostic, file=self.document.source.name)

    def located(self, problem: Problem) -> Diagnostic:
        return self.document.diagnostic(replace(problem, path=("experiment", *problem.path)))


@dataclass(frozen=True)
class FormPlaces:
    """A job in JSON form: `experiment` is its top level, and config values come from keys of `config`."""

    document: Document
    mapped: MappedConfig

    def in_job(self, diagnostic: Diagnostic, spec: Source) -> Diagnostic:
        keys = next(_keys_at(spec.root, (diagnostic.line, diagnostic.column)), ())
        if keys[:1] == ("experiment",):
            problem = Problem(keys[1:], diagnostic.problem, diagnostic.hint)
            return replace(self.document.diagnostic(problem), path=diagnostic.path.removeprefix("experiment."))
        origin = self._origin(keys)
        if origin is None:
            return self.document.diagnostic(Problem((), f"{diagnostic.path}: {diagnostic.problem}", diagnostic.hint))
        problem = Problem(("config", origin), f"{diagnostic.path}: {diagnostic.problem}", diagnostic.hint)
        return self.document.diagnostic(problem)

    def located(self, problem: Problem) -> Diagnostic:
        return self.document.diagnostic(problem)

    def _origin(self, keys: Keys) -> str | None:
        """Return the key of the job's config that set a key of the spec."""
        if keys[:1] == ("defaults",):
            last = str(keys[-1])
            return self.mapped.origins.get(last.removeprefix("override /"))
        paths = (dotted(keys[:depth]) for depth in range(len(keys), 0, -1))
        exact = next((path for path in paths if path in self.mapped.origins), None)
        return self.mapped.origins[exact] if exact is not None else None


def _keys_at(node: yaml.Node | None, place: tuple[int, int], keys: Keys = ()) -> Iterator[Keys]:
    """Yield the paths of the keys and items that begin at a line and column, the innermost first."""
    for key, mark, child in children(node):
        yield from _keys_at(child, place, (*keys, key))
        if position(mark) == place:
            yield (*keys, key)
