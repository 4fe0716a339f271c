"""Known results to stand against: `conf/baseline/*.yaml`, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from compiler.base.diagnostics import CompileError, Diagnostic, Problem
from compiler.base.file_hash import sha256_of_file
from compiler.deliverables.deliverable import FILE_NAME
from compiler.parsing.located_yaml import Source, read_source
from compiler.parsing.validation import validation_problems
from compiler.plan.reference_data import merged_files

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Number = Annotated[float, Field(allow_inf_nan=False)]
_SUMMARY = ("mean", "sd", "n")


class BadBaseline(CompileError):
    """A file of `conf/baseline/` that says nothing one could compare with. Carries every mistake of every file."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(_Strict):
    """Where a result was read or measured. `cite` is a key of the library."""

    text: Text | None = None
    url: Text | None = None
    cite: Text | None = None

    @model_validator(mode="after")
    def _is_told(self) -> Origin:
        if not (self.text or self.url or self.cite):
            raise ValueError("needs a text, a url or a citation key: a value without a source is a rumour")
        return self


class AppliesTo(_Strict):
    """Whom it concerns: an experiment that has one of these."""

    experiments: list[Text] = []
    tags: list[Text] = []
    data: list[Text] = []  # paths as in the config, such as data/digits.npz

    @model_validator(mode="after")
    def _is_told(self) -> AppliesTo:
        if not (self.experiments or self.tags or self.data):
            raise ValueError("needs experiments, tags or data")
        return self


class Baseline(_Strict):
    """One of three: `values` of runs, their `mean`, `sd` and `n`, or one `value`. `margin` is how far below it (by the
    goal) a result may lie and still hold, in the metric's unit; without one nothing is judged."""

    name: Annotated[str, Field(pattern=FILE_NAME)]
    title: Text
    metric: Text
    goal: Literal["maximize", "minimize"]
    applies_to: AppliesTo
    source: Origin
    values: Annotated[list[Number], Field(min_length=2)] | None = None
    mean: Number | None = None
    sd: Annotated[Number, Field(ge=0)] | None = None
    n: Annotated[int, Field(ge=2)] | None = None
    value: Number | None = None
    margin: Annotated[Number, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _has_one_form(self) -> Baseline:
        summary = [getattr(self, name) is not None for name in _SUMMARY]
        forms = (self.values is not None, any(summary), self.value is not None)
        if sum(forms) != 1:
            raise ValueError("needs one of: values (of runs), mean with sd and n, or value")
        if any(summary) and not all(summary):
            raise ValueError("needs mean, sd and n together")
        return self

    def concerns(self, experiment_id: str, tags: Sequence[str], data: Sequence[str]) -> bool:
        to = self.applies_to
        return experiment_id in to.experiments or bool({*to.tags} & {*tags} or {*to.data} & {*data})


def read_baselines(conf_roots: Sequence[Path]) -> tuple[Mapping[str, Any], ...]:
    """Every baseline as plain values, with the `file` it stands in and that file's `sha256`, in order of the files.

    A file in an earlier root takes the place of one of its name in a later one, as everywhere in `conf/`.

    Raises:
        BadBaseline: with the mistakes of all files.
    """
    files = merged_files(conf_roots, "baseline")
    found: list[dict[str, Any]] = []
    mistakes: list[Diagnostic] = []
    for place in sorted(files):
        try:
            found.append(_read(files[place], f"conf/{place.as_posix()}"))
        except CompileError as error:
            mistakes += error.diagnostics
    mistakes += _twice(found)
    if mistakes:
        raise BadBaseline(mistakes)
    return tuple(found)


def baseline(known: Mapping[str, Any]) -> Baseline:
    """One of those that `read_baselines` gave."""
    return Baseline.model_validate({key: value for key, value in known.items() if key not in ("file", "sha256")})


def _read(file: Path, name: str) -> dict[str, Any]:
    source = read_source(file, name)
    content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    try:
        one = Baseline.model_validate({"name": file.stem, **content})
    except ValidationError as error:
        problems = validation_problems(error, Baseline, hints_for_missing=_HINTS)
        raise CompileError([_diagnostic(source, problem) for problem in problems]) from error
    return {**one.model_dump(), "file": name, "sha256": sha256_of_file(file)}


_HINTS = {
    "source": "say where the value comes from: source: {text: …}, {url: …} or {cite: …}",
    "goal": "maximize or minimize",
    "applies_to": "say whom it concerns: applies_to: {experiments: […]}, {tags: […]} or {data: […]}",
    "title": "what texts call it",
}


def _diagnostic(source: Source, problem: Problem) -> Diagnostic:
    """At the nearest key that the file has."""
    for length in range(len(problem.path), -1, -1):
        found = source.diagnostic(problem, at=problem.path[:length])
        if found is not None:
            return found
    raise AssertionError("every file has a first line")


def _twice(found: Sequence[Mapping[str, Any]]) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for one in found:
        if one["name"] in seen:
            yield Diagnostic(one["file"], 1, 1, "name", f"'{one['name']}' is also the name of {seen[one['name']]}")
        seen[one["name"]] = one["file"]
