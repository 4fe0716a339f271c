"""Read the files from which facts are extracted."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from agents.context.results import results_from_json
from agents.extraction.evidence import (
    DOCUMENTS,
    Ancestor,
    ClosedGate,
    Document,
    Evidence,
    History,
    JsonDocument,
    RunFiles,
)
from agents.facts.fact import Source
from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import parse_json
from compiler.base.paths import Lab
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.model import Plan
from compiler.registration.chain import read_chain
from compiler.registration.history import registration_of
from compiler.reproduction.read_records import file_name, reproductions
from compiler.reproduction.record_files import record_folder
from compiler.reproduction.summary import Summary
from rules.gates.continuation import closed_gates
from rules.results.run_record import read_run


def read_extraction_input(lab: Lab, plan: Plan, experiment: str) -> Evidence:
    """Read the files of an experiment and its runs. Raises FileNotFoundError if `results.json` does not exist."""
    folder = lab.experiment(experiment)
    registration = registration_of(read_chain(lab.registrations), experiment)
    results = _read_document(lab, lab.results_file(experiment))
    runs = tuple(_read_point(lab, point) for point in plan.experiments[experiment].points)
    return Evidence(
        experiment_id=experiment,
        spec_file=_source(lab, folder / "experiment.json"),
        results=Document(results_from_json(results.content), results.source),
        registration=Document(registration, _source(lab, lab.registration(experiment))) if registration else None,
        runs=runs,
        parent=_read_parent(lab, plan, experiment),
        closed_gates=tuple(
            Document(ClosedGate(gate.name, gate.why), _source(lab, lab.gate_file(experiment, gate.name)))
            for gate in closed_gates(lab, experiment)
        ),
        reproductions=_read_reproductions(lab, runs),
    )


def _read_reproductions(lab: Lab, runs: Sequence[RunFiles]) -> Document[Summary] | None:
    """Return the reproductions of the completed runs that count. Files that count for nothing go to the log."""
    summary = reproductions(lab, [run.run_id for run in runs if run.is_completed])
    for damaged in summary.damaged:
        print(damaged)
    if not summary.counted:
        return None
    return Document(summary, _source(lab, record_folder(lab) / file_name(summary.counted[-1])))


def _read_document(lab: Lab, file: Path) -> JsonDocument:
    """Read a JSON object. Raises OSError, or ValueError if the file contains something else."""
    content = parse_json(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{file} is not a JSON object")
    return Document(content, _source(lab, file))


def _read_parent(lab: Lab, plan: Plan, experiment: str) -> Ancestor | None:
    """Read the finished runs of the parent. A comparison with the parent never triggers training."""
    parent = plan.parent(experiment)
    if parent is None:
        return None
    runs = tuple(_read_point(lab, point) for point in parent.points if lab.status(point.run).is_file())
    test = parent.design.test
    return Ancestor(parent.id, test.factor if test else None, len(parent.points), runs)


def _read_point(lab: Lab, point: PlannedPoint) -> RunFiles:
    run = read_run(lab, point.run)
    history = run.folder / "output" / "history.csv"
    return RunFiles(
        point=point.name,
        run_id=run.run_id,
        overrides=point.overrides,
        status=Document(run.status, _source(lab, lab.status(run.run_id))),
        documents=dict(_readable_documents(lab, run.folder)),
        history=_read_history(lab, history) if history.is_file() else None,
    )


def _readable_documents(lab: Lab, folder: Path) -> Iterator[tuple[str, JsonDocument]]:
    for path in DOCUMENTS:
        try:
            yield path, _read_document(lab, folder / path)
        except (OSError, ValueError):
            continue  # the deliverable check for this file reports the problem


def _read_history(lab: Lab, file: Path) -> History:
    with file.open(encoding="utf-8", errors="replace", newline="") as rows:
        return History.of_rows(csv.DictReader(rows), _source(lab, file))


def _source(lab: Lab, file: Path) -> Source:
    return Source(file.relative_to(lab.root).as_posix(), sha256_of_file(file))
