"""Read and write analyses: JSON for programs, and Markdown for readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book
from agents.documents.closed_gates import closed_gates, with_closed_gates
from agents.documents.document import Document
from agents.rendering.formats import render
from compiler.base.json_files import read_json, write_json, write_text
from compiler.base.paths import Lab

CLOSED_GATES = "closed_gates"  # in the JSON file of an analysis: why each of them is closed


def write_with_markdown(
    file: Path, value: BaseModel, document: Document, book: Book, rewording: Mapping[str, Any] | None = None
) -> None:
    """Write an analysis as Markdown, then as JSON. The JSON file is last, because later jobs read it.

    Args:
        file: the JSON file, in the analysis folder of the experiment.
        rewording: the decision on each text, if a language model was asked to reword the analysis.
    """
    experiment_folder = file.parent.parent
    labelled, closed = with_closed_gates(document, book.facts), closed_gates(book.facts)
    write_text(file.with_suffix(".md"), render(labelled, book, ".md", experiment_folder).decode())
    label = {CLOSED_GATES: closed} if closed else {}
    write_json(file, value.model_dump(mode="json") | label | ({"wording": rewording} if rewording else {}))


def read_analyses(lab: Lab, experiment: str, titles: Iterable[str]) -> list[Analysis]:
    files = (lab.analysis(experiment, title) for title in titles)
    return [Analysis.model_validate(without_rewording(read_json(file))) for file in files]


def without_rewording(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of an analysis file without the decisions on reworded texts and the label of closed gates."""
    return {key: value for key, value in content.items() if key not in ("wording", CLOSED_GATES)}
