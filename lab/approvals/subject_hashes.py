"""Compute the subjects of an experiment, a proposal and a report: the sha256 of what a decision about them binds to."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.file_hash import sha256_of_file
from compiler.base.identity import canonical
from compiler.base.paths import ENGINE, Lab
from compiler.plan.model import PlannedExperiment
from lab.approvals.subject import Subject
from rules.results.planned_reports import REPORT_SUFFIXES


class NoSubject(InputError):
    """The content to decide on does not exist or cannot be read."""


def experiment_subject(lab: Lab, experiment: PlannedExperiment) -> Subject:
    """Return the subject of a compiled experiment.

    It covers the bytes of the spec, the run ids and with them the whole config, the claim, and the names and checks of
    the deliverables, analyses and reports. The runs of a search are suggested later, so its id stands for them.
    """
    search = experiment.search
    content = {
        "spec": _sha256(spec_file(lab, experiment)),
        "runs": [search.id, search.budget] if search else sorted(experiment.runs),
        "claim": experiment.claim,
        "deliverables": {title: dict(planned.spec) for title, planned in experiment.deliverables.items()},
        "analyses": sorted(experiment.analyses),
        "reports": sorted(experiment.reports),
    }
    return Subject("experiment", experiment.id, sha256(canonical(content)).hexdigest())


def proposal_subject(experiment_id: str, file: Path) -> Subject:
    """Return the subject of a proposed spec: the bytes of its file. `experiment_id` is the id it would have."""
    return Subject("proposal", experiment_id, _sha256(file))


def report_subject(lab: Lab, experiment_id: str, title: str) -> Subject:
    """Return the subject of a written report: the bytes of its document and of each format that exists.

    Raises:
        NoSubject: The report is not written.
    """
    document = lab.report(experiment_id, title, ".json")
    formats = [file for suffix in REPORT_SUFFIXES if (file := lab.report(experiment_id, title, suffix)).is_file()]
    content = {file.suffix: _sha256(file) for file in (document, *formats)}
    return Subject("report", f"{experiment_id}/{title}", sha256(canonical(content)).hexdigest())


def spec_file(lab: Lab, experiment: PlannedExperiment) -> Path:
    """Return the spec of an experiment. The plan names it relative to the lab, or to the engine that ships it."""
    return next(
        (file for root in (lab.root, ENGINE) if (file := root / experiment.file).is_file()), lab.root / experiment.file
    )


def _sha256(file: Path) -> str:
    try:
        return sha256_of_file(file)
    except OSError as error:
        raise NoSubject(f"{file}: cannot be read, so it cannot be decided on: {error.strerror}") from error
