"""Write a report of an experiment in all its formats."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.analysis import Analysis
from agents.case import Case
from agents.documents.document import Document
from agents.documents.images import REPORTS
from agents.documents.record import record
from agents.documents.rendering import FORMATS, rendered
from agents.facts.fact import fact_from_json, verdict_from_json
from agents.library import read_library
from agents.writers.arms_figure import arm_values, draw_arms
from agents.writers.evidence import Evidence
from agents.writers.registry import Writer, writer
from compiler.json_files import read_json, write_json
from compiler.paths import Lab
from compiler.written import title
from rules.case import read_case

Wording = Callable[[Document, Case], Document]


def main() -> int:
    plan, experiment, name = sys.argv[1:]
    lab = Lab(Path())
    case = read_case(lab, read_json(Path(plan)), experiment)
    write_report(lab, case, name, wording=as_written)
    return 0


def as_written(document: Document, _: Case) -> Document:
    return document


def write_report(lab: Lab, case: Case, name: str, wording: Wording) -> None:
    """`name` is the report's title, under which its files lie. `wording` stands between the writer and the page: what
    it gives back is what is rendered.

    Raises:
        UnknownWriter, BrokenLibrary, UnknownPlaceholder, MissingImage.
    """
    analyses = tuple(read_analyses(lab, case))
    case = replace(case, book=replace(with_findings(case, analyses).book, library=read_library(library_files(lab))))
    folder = lab.experiment(case.experiment_id)
    draw_figures(case, folder / REPORTS / "figures" / name)
    document = called(name, case)(case, analyses, read_integration(lab, case.experiment_id))
    document = wording(document, case)
    for suffix in FORMATS:
        _write_bytes(lab.report(case.experiment_id, name, suffix), rendered(document, case.book, suffix, folder))
    write_json(lab.report(case.experiment_id, name, ".json"), record(document, case.book))


def called(name: str, case: Case) -> Writer:
    """The writer that the spec asks for under this title, which may be `module:attr`."""
    return writer(next((one for one in case.spec.get("reports") or () if title(one) == name), name))


def draw_figures(case: Case, folder: Path) -> None:
    """Those of the report itself. The folder is there even where nothing can be drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    evidence = Evidence(case)
    if arm_values(evidence):
        draw_arms(evidence, folder)


def read_analyses(lab: Lab, case: Case) -> Iterator[Analysis]:
    """Those of the pipeline that were made, in its order."""
    for name in case.spec.get("analysis_pipeline") or ():
        file = lab.analysis(case.experiment_id, title(name))
        if file.is_file():
            yield Analysis.model_validate_json(file.read_bytes())


def with_findings(case: Case, analyses: Sequence[Analysis]) -> Case:
    facts = [fact_from_json(line) for one in analyses for line in one.facts]
    verdicts = [verdict_from_json(line) for one in analyses for line in one.verdicts]
    return replace(case, book=case.book.with_findings(facts, verdicts))


def read_integration(lab: Lab, experiment: str) -> Mapping[str, Any] | None:
    file = lab.integration(experiment)
    return dict(read_json(file)) if file.is_file() else None


def library_files(lab: Lab) -> list[Path]:
    """A lab's file hides one of the same name that ships."""
    found: dict[str, Path] = {}
    for root in lab.conf_roots():
        for file in sorted((root / "library").glob("*.bib")):
            found.setdefault(file.name, file)
    return [found[name] for name in sorted(found)]


def _write_bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    os.replace(aside, path)


if __name__ == "__main__":
    sys.exit(main())
