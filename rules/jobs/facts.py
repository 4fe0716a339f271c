"""Write facts, verdicts and series of an experiment: all that agents will know of its runs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from agents.extraction.evidence import DOCUMENTS, Ancestor, Document, Evidence, History, RunFiles
from agents.extraction.extract import gathered
from agents.facts.fact import Source
from agents.facts.jsonl import write_lines
from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import Lab
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.model import Plan, read_plan
from rules.results.run_record import run_record


def main() -> int:
    plan, experiment = sys.argv[1:]
    lab = Lab(Path())
    found = gathered(read_evidence(lab, read_plan(Path(plan)), experiment))
    write_lines(lab.facts(experiment), found.facts)
    write_lines(lab.verdicts(experiment), found.verdicts)
    write_lines(lab.series(experiment), found.series)
    return 0


def read_evidence(lab: Lab, plan: Plan, experiment: str) -> Evidence:
    """Everything that facts are made of. Raises FileNotFoundError before `results.json` is written."""
    folder = lab.experiment(experiment)
    registration = folder / "registration.json"
    return Evidence(
        experiment_id=experiment,
        spec=document(lab, folder / "experiment.json"),
        results=document(lab, lab.results_file(experiment)),
        registration=document(lab, registration) if registration.is_file() else None,
        runs=tuple(run_files(lab, point) for point in plan.experiments[experiment].points),
        parent=ancestor(lab, plan, experiment),
    )


def ancestor(lab: Lab, plan: Plan, experiment: str) -> Ancestor | None:
    """The parent as far as it was run: building a child does not build its parent."""
    parent = plan.parent(experiment)
    if parent is None:
        return None
    runs = tuple(run_files(lab, point) for point in parent.points if lab.status(point.run).is_file())
    test = parent.design.test
    return Ancestor(parent.id, test.to_json() if test else None, len(parent.points), runs)


def run_files(lab: Lab, point: PlannedPoint) -> RunFiles:
    run = run_record(lab, point.run)
    status = Document(run.status, source(lab, lab.status(run.run_id)))
    history = run.folder / "output" / "history.csv"
    return RunFiles(
        point=point.name,
        run_id=run.run_id,
        overrides=point.overrides,
        status=status,
        documents=dict(_readable(lab, run.folder)),
        history=read_history(lab, history) if history.is_file() else None,
    )


def _readable(lab: Lab, folder: Path) -> Iterator[tuple[str, Document]]:
    for path in DOCUMENTS:
        try:
            yield path, document(lab, folder / path)
        except (OSError, ValueError):
            continue  # the deliverable that promises this file tells of it


def document(lab: Lab, file: Path) -> Document:
    """Raises OSError, or ValueError where the file is not a JSON object."""
    content = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{file} is not a JSON object")
    return Document(content, source(lab, file))


def read_history(lab: Lab, file: Path) -> History:
    text = file.read_text(encoding="utf-8", errors="replace")
    return History(tuple(csv.DictReader(io.StringIO(text))), source(lab, file))


def source(lab: Lab, file: Path) -> Source:
    return Source(file.relative_to(lab.root).as_posix(), sha256_of_file(file))


if __name__ == "__main__":
    sys.exit(main())
