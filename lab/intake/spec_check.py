"""Check the spec of a job as the compiler does, and locate what is wrong in the job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import CompileError, Diagnostic, Problem, SpecError
from compiler.base.paths import ENGINE, Lab
from compiler.deliverables.deliverable import FILE_NAME
from compiler.parsing.located_yaml import Source
from compiler.parsing.strict_yaml import strict_root
from compiler.python_source.import_path import not_importable
from compiler.runs.toolchain import Toolchain
from compiler.spec.agent_entry_points import AGENT_FIELDS, agent_field_problems
from compiler.spec.parse_spec import parse_spec
from lab.approvals.subject_hashes import experiment_subject
from lab.intake.planned_experiment import planned_experiment
from lab.intake.spec_places import Places
from lab.intake.submitted import SubmittedJob
from rules.gates.experiment_gate import experiment_gate
from rules.reporting.proposed_specs import lab_with_proposals

_NODE = "experiment"
_MAX_ID = 100


@dataclass(frozen=True)
class _LabWithJob(Lab):
    """A lab with a spec in another folder, which replaces one of the same name in `conf/experiment/`."""

    folder: Path

    @property
    def sweeps(self) -> Path:
        return self.folder

    def conf_roots(self, engine: Path = ENGINE) -> tuple[Path, ...]:
        return (self.folder, *super().conf_roots(engine))


def node_problems(experiment: Mapping[str, Any], tools: Toolchain) -> Iterator[Problem]:
    """Yield the problems of an `experiment:` node, with paths that begin inside it."""
    problems: list[Problem] = []
    try:
        parse_spec(experiment, "job", tools.types.find)
    except SpecError as error:
        problems += error.problems
    for field in AGENT_FIELDS:
        problems += agent_field_problems(field, experiment.get(field), tools.signatures)
    yield from (replace(problem, path=problem.path[1:]) for problem in problems)


def checked_spec(lab: Lab, experiment_id: Any, text: str, places: Places) -> SubmittedJob:
    """Return the job of a spec that compiles.

    Raises:
        CompileError: The spec does not compile.
    """
    choice = experiment_id if is_id(experiment_id) else "job"
    with lab_with_proposals(lab, {choice: text}) as extended_lab, not_importable(lab.root):
        extended_lab = _LabWithJob(lab.root, extended_lab.sweeps)
        try:
            planned = planned_experiment(extended_lab, choice)
        except CompileError as error:
            raise CompileError(_in_job(error, text, choice, places)) from error
        subject = experiment_subject(extended_lab, planned)
    if failed := experiment_gate(planned).failed:
        raise CompileError(places.located(Problem((item.name,), item.reason)) for item in failed)
    priority = str(planned.spec["metadata"]["priority"])
    return SubmittedJob(
        planned.id, text, priority, subject, planned.warnings, planned.spec.get("parent"), places=places
    )


def is_id(value: object) -> bool:
    """Return whether a value can be the id of an experiment, and thus the name of its files."""
    return isinstance(value, str) and re.fullmatch(FILE_NAME, value) is not None and len(value) <= _MAX_ID


def _in_job(error: CompileError, text: str, choice: str, places: Places) -> list[Diagnostic]:
    source = Source("spec", strict_root(text, "spec"))
    end = f"experiment/{choice}.yaml"
    return [
        places.in_job(diagnostic, source) if diagnostic.file.endswith(end) else diagnostic
        for diagnostic in error.diagnostics
    ]
