"""Compare the files that were computed from the runs of an experiment with those that a repetition writes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from compiler.spec.agent_settings import parse_settings
from rules.verification.check import Check
from rules.verification.repeated_jobs import FailedJob, repeat_genealogy, repeat_jobs

_LINKS = "runs"  # the folder of readable links to the runs
_OUTPUT_FOLDERS = ("deliverables/", "reports/", "analysis/", "gates/", "drafts/")
_REQUESTS = ("analysis/ledger.json", "analysis/transcripts/")  # to language models, which cannot be repeated
_REWORDED_NOTE = "a language model reworded its documents: the texts are taken as they are, all numbers are checked"


def check_experiment(lab: Lab, scratch: Lab, plan: Plan, name: str) -> Check:
    """Compute an experiment again in a temporary lab, and compare every file byte for byte."""
    experiment = plan.experiments[name]
    summary = f"{name}: results, facts, verdicts and documents follow from the runs"
    if not lab.results_file(name).is_file():
        return Check(summary, 0, "files", notes=(f"{name} is not built yet",))
    failures = [job for job in _repeat(lab, scratch, plan, experiment) if not _is_rejected(lab, name, job)]
    folder, repeated = lab.experiment(name), scratch.experiment(name)
    paths = set(_files(repeated))
    differences = (_difference(folder / path, repeated / path, lab) for path in sorted(paths))
    problems = [*(f"{name}: {job}" for job in failures), *(problem for problem in differences if problem)]
    notes = [f"{name}: {_REWORDED_NOTE}"] if _uses_model(experiment) else []
    if problems and (overrides := _other_overrides(lab, plan, name)) is not None:
        notes.append(f"{name} was built with other overrides: proband verify {' '.join([name, *overrides])}")
    for path in sorted(set(_files(folder)) - paths):
        line = f"{_shown(folder / path, lab)}: no step of the current spec writes it"
        if path.startswith("reports/") and Path(path).stem in experiment.reports:
            problems.append(f"{line} (the document has objections, so it is a draft)")
        elif path.startswith(_OUTPUT_FOLDERS) and not path.startswith(_REQUESTS):
            notes.append(f"{line}, so it is not checked")
    return Check(summary, len(paths), "files", tuple(problems), tuple(notes))


def _other_overrides(lab: Lab, plan: Plan, name: str) -> list[str] | None:
    """Return the overrides of the last build, None if they are those of the plan or unknown."""
    try:
        overrides = [str(word) for word in read_json(lab.experiment(name) / "experiment.json")["overrides"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return overrides if overrides != list(plan.overrides) else None


def _is_rejected(lab: Lab, name: str, failed: FailedJob) -> bool:
    """Return whether the job of a report failed in the build, too, because the quality review has objections."""
    return failed.job == "report" and not lab.report(name, failed.title, ".json").exists()


def check_genealogy(lab: Lab, scratch: Lab) -> Check:
    failures = list(map(str, repeat_genealogy(scratch)))
    problem = _difference(lab.genealogy, scratch.genealogy, lab)
    return Check("the genealogy follows from the specs", 1, "file", (*failures, *([problem] if problem else [])))


def _repeat(lab: Lab, scratch: Lab, plan: Plan, experiment: PlannedExperiment) -> Iterator[FailedJob]:
    if not _uses_model(experiment):
        return repeat_jobs(scratch, experiment, None)
    from rules.verification.reworded_documents import render_again

    return repeat_jobs(scratch, experiment, partial(render_again, lab, scratch, plan, experiment.id))


def _uses_model(experiment: PlannedExperiment) -> bool:
    return parse_settings(experiment.agents).kind != "offline"


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of files below a folder, except hidden ones and the links to the runs."""
    for file in folder.rglob("*"):
        path = file.relative_to(folder)
        if file.is_file() and path.parts[0] != _LINKS and not file.name.startswith("."):
            yield path.as_posix()


def _difference(file: Path, repeated: Path, lab: Lab) -> str | None:
    try:
        if file.read_bytes() == repeated.read_bytes():
            return None
    except OSError:
        return f"{_shown(file, lab)}: is missing or cannot be read"
    return (
        f"{_shown(file, lab)}: differs from what its inputs give (edited, or not built with the current spec and code)"
    )


def _shown(file: Path, lab: Lab) -> str:
    return file.relative_to(lab.root).as_posix()
