"""Remove the facts, analyses and reports of an earlier build, whose results a closed gate has replaced."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from agents.rendering.images import REPORTS
from compiler.base.paths import MODEL_REQUESTS, Lab
from compiler.plan.model import PlannedExperiment


def remove_documents(lab: Lab, experiment: PlannedExperiment) -> None:
    """Remove all files that are written after the validation, except the record of requests to language models."""
    name = experiment.id
    for file in (*_files(lab, experiment), *_analysis_files(lab, name)):
        file.unlink(missing_ok=True)
    folders = (lab.experiment(name) / REPORTS, lab.drafts(name), lab.analysis_folder(name) / "figures")
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _files(lab: Lab, experiment: PlannedExperiment) -> Iterator[Path]:
    name = experiment.id
    yield from (lab.facts(name), lab.verdicts(name), lab.series(name))
    yield from (lab.gate_file(name, gate) for gate in ("analysis", "reports"))
    yield from (lab.deliverable(name, title) for title in experiment.report_deliverables)


def _analysis_files(lab: Lab, name: str) -> Iterator[Path]:
    for file in lab.analysis_folder(name).glob("*.*"):
        if file.is_file() and f"analysis/{file.name}" not in MODEL_REQUESTS:
            yield file
