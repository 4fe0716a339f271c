"""Read the recorded results that experiments are compared with, from `conf/baseline/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.facts.fact import Source
from compiler.base.diagnostics import CompileError, Diagnostic, Problem
from compiler.base.file_hash import sha256_of_file
from compiler.deliverables.deliverable import FILE_NAME
from compiler.parsing.located_yaml import Source as YamlSource
from compiler.parsing.located_yaml import read_source
from compiler.parsing.validation import validation_problems
from compiler.steps.reference_data import merged_files

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Number = Annotated[float, Field(allow_inf_nan=False)]
_SUMMARY = ("mean", "sd", "n")
_HINTS = {
    "source": "add where the value comes from: source: {text: …}, {url: …} or {cite: …}",
    "goal": "add maximize or minimize",
    "applies_to": "add the experiments it applies to: applies_to: {experiments: […]}, {tags: […]} or {data: […]}",
    "title": "add the name that reports use",
}


class BadBaseline(CompileError):
    """Raised for invalid files in `conf/baseline/`. Carries all problems of all files."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Origin(_Strict):
    """The publication or measurement that a result comes from. `cite` is a key of the library."""

    text: Text | None = None
    url: Text | None = None
    cite: Text | None = None

    @model_validator(mode="after")
    def _require_source(self) -> Origin:
        if not (self.text or self.url or self.cite):
            raise ValueError("has no source: give text, url or cite")
        return self


class AppliesTo(_Strict):
    """The experiments to which a result applies: those named, and those with one of the tags or data files."""

    experiments: list[Text] = []
    tags: list[Text] = []
    data: list[Text] = []  # paths as in the config, such as data/digits.npz

    @model_validator(mode="after")
    def _require_condition(self) -> AppliesTo:
        if not (self.experiments or self.tags or self.data):
            raise ValueError("needs experiments, tags or data")
        return self


class Baseline(_Strict):
    """A recorded result: `values` of runs, or their `mean`, `sd` and `n`, or one `value`.

    `margin` is the non-inferiority margin in the unit of the metric. Without it, arms are not judged.
    """

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
    def _require_one_form(self) -> Baseline:
        summary = [getattr(self, name) is not None for name in _SUMMARY]
        forms = (self.values is not None, any(summary), self.value is not None)
        if sum(forms) != 1:
            raise ValueError("needs one of: values (of runs), mean with sd and n, or value")
        if any(summary) and not all(summary):
            raise ValueError("needs mean, sd and n together")
        return self

    def applies(self, experiment_id: str, tags: Sequence[str], data: Sequence[str]) -> bool:
        """Check whether the result applies to an experiment with these tags and data files."""
        condition = self.applies_to
        is_named = experiment_id in condition.experiments
        return is_named or not {*condition.tags}.isdisjoint(tags) or not {*condition.data}.isdisjoint(data)


@dataclass(frozen=True)
class RecordedBaseline:
    """A baseline and the file that contains it, as `conf/baseline/NAME.yaml`."""

    baseline: Baseline
    source: Source


def read_baselines(conf_roots: Sequence[Path]) -> tuple[RecordedBaseline, ...]:
    """Read all baselines in the order of their files.

    A file in an earlier root replaces one with the same name in a later root, as everywhere in `conf/`.

    Raises:
        BadBaseline: With the problems of all files.
    """
    files = merged_files(conf_roots, "baseline")
    recorded: list[RecordedBaseline] = []
    diagnostics: list[Diagnostic] = []
    for path in sorted(files):
        try:
            recorded.append(_read(files[path], f"conf/{path.as_posix()}"))
        except CompileError as error:
            diagnostics += error.diagnostics
    diagnostics += _duplicate_names(recorded)
    if diagnostics:
        raise BadBaseline(diagnostics)
    return tuple(recorded)


def _read(file: Path, name: str) -> RecordedBaseline:
    source = read_source(file, name)
    content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    try:
        baseline = Baseline.model_validate({"name": file.stem, **content})
    except ValidationError as error:
        problems = validation_problems(error, Baseline, hints_for_missing=_HINTS)
        raise CompileError([_diagnostic(source, problem) for problem in problems]) from error
    return RecordedBaseline(baseline, Source(name, sha256_of_file(file)))


def _diagnostic(source: YamlSource, problem: Problem) -> Diagnostic:
    """Return the diagnostic at the innermost key of the problem that the file contains."""
    for length in range(len(problem.path), -1, -1):
        diagnostic = source.diagnostic(problem, key_path=problem.path[:length])
        if diagnostic is not None:
            return diagnostic
    raise AssertionError("every file has a first line")


def _duplicate_names(recorded: Sequence[RecordedBaseline]) -> Iterator[Diagnostic]:
    first_files: dict[str, str] = {}
    for entry in recorded:
        name, file = entry.baseline.name, entry.source.file
        if name in first_files:
            yield Diagnostic(file, 1, 1, "name", f"'{name}' is also the name of {first_files[name]} (rename one)")
        first_files[name] = file
