"""Compute the results and documents of an experiment again, and compare them with the stored files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from compiler.base.json_files import read_json
from compiler.base.paths import MODEL_REQUESTS, Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.spec.agent_settings import parse_settings
from rules.verification.check import Check
from rules.verification.repeated_jobs import FailedJob, repeat_genealogy, repeat_jobs

_LINKS = "runs"  # the folder of readable links to the runs
_OUTPUT_FOLDERS = ("deliverables/", "reports/", "analysis/", "gates/", "drafts/", "environment/")
_DECIDED_BY_PEOPLE = ("gates/experiment.json", "gates/publication.json")  # `lab` checks them
_REWORDED_NOTE = "a language model reworded its documents: the texts are taken as they are, all numbers are checked"


def check_experiment(lab: Lab, scratch: Lab, plan: Plan, name: str) -> Check:
    """Compute an experiment again in a temporary lab, and compare every file byte for byte."""
    experiment = plan.experiments[name]
    summary = f"{name}: results, facts, verdicts and documents follow from the runs"
    if not lab.results_file(name).is_file():
        return Check(summary, 0, "files", notes=(f"{name} is not built yet",))
    failures = list(_repeat(lab, scratch, plan, experiment))
    repeated = set(_files(scratch.experiment(name)))
    others = sorted(set(_files(lab.experiment(name))) - repeated)
    problems = [f"{name}: {job}" for job in failures]
    problems += _differences(lab, scratch, name, sorted(repeated))
    problems += (f"{_lab_path(lab, name, path)}: no step writes it" for path in others if _is_draft(path, experiment))
    notes = [*_notes(lab, plan, name, bool(problems)), *_unchecked(lab, experiment, others)]
    return Check(summary, len(repeated), "files", tuple(problems), tuple(notes))


def _differences(lab: Lab, scratch: Lab, name: str, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        problem = _difference(lab.experiment(name) / path, scratch.experiment(name) / path, lab)
        if problem:
            yield problem


def _notes(lab: Lab, plan: Plan, name: str, has_problems: bool) -> Iterator[str]:
    if _uses_model(plan.experiments[name]):
        yield f"{name}: {_REWORDED_NOTE}"
    if has_problems and (overrides := _other_overrides(lab, plan, name)) is not None:
        yield f"{name} was built with other overrides: proband verify {' '.join([name, *overrides])}"


def _unchecked(lab: Lab, experiment: PlannedExperiment, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        is_output = path.startswith(_OUTPUT_FOLDERS) and not path.startswith(MODEL_REQUESTS)
        if is_output and path not in _DECIDED_BY_PEOPLE and not _is_draft(path, experiment):
            yield f"{_lab_path(lab, experiment.id, path)}: not checked, no step of the current spec writes it"


def _is_draft(path: str, experiment: PlannedExperiment) -> bool:
    """Return whether a file that no step writes has the name of a report, which is then a draft with objections."""
    return path.startswith("reports/") and Path(path).stem in experiment.reports


def _other_overrides(lab: Lab, plan: Plan, name: str) -> list[str] | None:
    """Return the overrides of the last build, None if they are those of the plan or unknown."""
    try:
        overrides = [str(word) for word in read_json(lab.experiment(name) / "experiment.json")["overrides"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return overrides if overrides != list(plan.overrides) else None


def check_genealogy(lab: Lab, scratch: Lab) -> Check:
    """Compute the genealogy again in a temporary lab, and compare it with the stored file."""
    failures = list(map(str, repeat_genealogy(scratch)))
    problem = _difference(lab.genealogy, scratch.genealogy, lab)
    return Check("the genealogy follows from the specs", 1, "file", (*failures, *([problem] if problem else [])))


def _repeat(lab: Lab, scratch: Lab, plan: Plan, experiment: PlannedExperiment) -> Iterator[FailedJob]:
    if not _uses_model(experiment):
        return repeat_jobs(scratch, experiment, None, lab)
    from rules.verification.reworded_documents import render_again

    return repeat_jobs(scratch, experiment, partial(render_again, lab, scratch, plan, experiment.id), lab)


def _uses_model(experiment: PlannedExperiment) -> bool:
    return parse_settings(experiment.agents).kind != "offline"


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of files below a folder, except hidden ones and the links to the runs."""
    for file in folder.rglob("*"):
        path = file.relative_to(folder)
        if file.is_file() and path.parts[0] != _LINKS and not file.name.startswith("."):
            yield path.as_posix()


def _difference(file: Path, repeated: Path, lab: Lab) -> str | None:
    """Return how a stored file differs from the repeated one, None if they are equal."""
    path = file.relative_to(lab.root).as_posix()
    try:
        if file.read_bytes() == repeated.read_bytes():
            return None
    except OSError:
        return f"{path}: is missing or cannot be read"
    return f"{path}: differs from what its inputs give (edited, or not built with the current spec and code)"


def _lab_path(lab: Lab, name: str, path: str) -> str:
    return (lab.experiment(name) / path).relative_to(lab.root).as_posix()
