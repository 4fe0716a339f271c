"""Documents of analyses as files: JSON for programs, and Markdown beside it for readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book
from agents.documents.document import Document
from agents.rendering.formats import render
from compiler.base.json_files import read_json, write_json, write_text
from compiler.base.paths import Lab


def write_with_markdown(
    file: Path, value: BaseModel, document: Document, book: Book, wording: Mapping[str, Any] | None = None
) -> None:
    """`file` lies in the analysis folder of the experiment. The JSON comes last: others wait for it.

    `wording` records what became of each text where a language model was asked.
    """
    experiment = file.parent.parent
    write_text(file.with_suffix(".md"), render(document, book, ".md", experiment).decode())
    write_json(file, value.model_dump(mode="json") | ({"wording": wording} if wording else {}))


def read_analyses(lab: Lab, experiment: str, titles: Iterable[str]) -> list[Analysis]:
    return [Analysis.model_validate(without_record(read_json(lab.analysis(experiment, title)))) for title in titles]


def without_record(data: Mapping[str, Any]) -> dict[str, Any]:
    """The analysis itself."""
    return {key: value for key, value in data.items() if key != "wording"}
