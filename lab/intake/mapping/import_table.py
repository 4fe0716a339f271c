"""Read the rows of `conf/import.yaml`: those of the engine, with those of the lab added."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, did_you_mean, dotted
from compiler.base.nested import Keys
from compiler.base.paths import ENGINE, Lab
from compiler.parsing.located_yaml import Source, read_source
from compiler.parsing.validation import validation_problems
from compiler.spec.compare import Strict
from lab.intake.mapping.row import CLOSED_KEYS, Row, merged, written_row
from lab.intake.reading.document import yaml_values

NAME = "conf/import.yaml"


@dataclass(frozen=True)
class ImportTable:
    """The rows by key, and the names of metrics by other names. Other names of a key have the same row."""

    rows: Mapping[str, Row]
    metrics: Mapping[str, str]

    def hint(self, key: str) -> str:
        """Return a hint for a key without a row: the nearest key, or how a row is added."""
        if key.startswith("_") or key in CLOSED_KEYS:
            return "a job cannot set it, because it selects code to run"
        nearest = get_close_matches(key, sorted(self.rows), n=1)
        if nearest:
            return f"did you mean '{nearest[0]}', which sets {self.rows[nearest[0]].target}? Or add a row to {NAME}"
        return f"no row is near; add one to {NAME}, such as rows: {{{key}: model.{key}}}"


def read_import_table(lab: Lab, roots: Collection[str]) -> ImportTable:
    """Return the table of a lab. `roots` are the groups and the other first keys of its configs.

    Raises:
        CompileError: The file of the lab is wrong.
    """
    engine = _read(ENGINE / NAME)
    own = _read(lab.root / NAME) if lab.root.resolve() != ENGINE else _Tables()
    rows: dict[str, Row] = {}
    problems: list[Problem] = []
    for key, values in {**engine.rows, **own.rows}.items():
        is_added = key in engine.rows and isinstance(values, Mapping)
        try:
            row = Row.model_validate(merged(engine.rows[key], values) if is_added else values)
        except ValidationError as error:
            problems += validation_problems(error, Row, ("rows", key))
            continue
        problems += _unknown_roots(key, row, roots)
        rows |= dict.fromkeys((key, *row.also), row)
    problems += _shared_targets(own.rows)
    if problems:
        source = own.source or engine.source
        assert source is not None
        raise CompileError([_diagnostic(source, problem) for problem in problems])
    return ImportTable(rows, {**engine.metrics, **own.metrics})


@dataclass(frozen=True)
class _Tables:
    """The tables in one file. `rows` are not validated."""

    source: Source | None = None
    rows: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)


class _File(Strict):
    rows: dict[str, Any] = {}
    metrics: dict[str, str] = {}


def _read(file: Path) -> _Tables:
    if not file.is_file():
        return _Tables()
    source = read_source(file, NAME)
    values = yaml_values(file.read_text(encoding="utf-8"), NAME) if source.root is not None else {}
    try:
        content = _File.model_validate(values)
    except ValidationError as error:
        hint = "rows of config keys are below `rows:`"
        problems = [replace(problem, hint=problem.hint or hint) for problem in validation_problems(error, _File)]
        raise CompileError([_diagnostic(source, problem) for problem in problems]) from error
    return _Tables(source, {key: written_row(value) for key, value in content.rows.items()}, content.metrics)


def _unknown_roots(key: str, row: Row, roots: Collection[str]) -> Iterator[Problem]:
    """Yield config keys that begin with no group and no other key of the lab's configs."""
    at: Keys = ("rows", key)
    targets: list[tuple[Keys, str | None]] = [((*at, "path"), row.path), ((*at, "group"), row.group)]
    for index, case in enumerate(row.cases):
        targets += [((*at, "cases", index, "set", path), path) for path in case.set]
        targets += [((*at, "cases", index, "choose", group), group) for group in case.choose]
    for path, target in targets:
        if target is not None and (root := target.partition(".")[0]) not in roots:
            yield Problem(path, f"the config has no key '{root}'", did_you_mean(root, roots))


def _shared_targets(own: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield rows of the lab that set the same config key."""
    first: dict[str, str] = {}
    for key, values in own.items():
        path = values.get("path") if isinstance(values, Mapping) else None
        if isinstance(path, str) and first.setdefault(path, key) != key:
            hint = f"write {key} as another name of '{first[path]}': also: [{key}]"
            yield Problem(("rows", key), f"sets {path}, as does the row '{first[path]}'", hint)


def _diagnostic(source: Source, problem: Problem) -> Diagnostic:
    """Return a diagnostic at the key of a row, or at the row if it is written as text."""
    for depth in range(len(problem.path), 0, -1):
        if (diagnostic := source.diagnostic(problem, problem.path[:depth])) is not None:
            return diagnostic
    return Diagnostic(source.name, 1, 1, dotted(problem.path), problem.problem, problem.hint)
