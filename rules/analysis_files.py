"""Documents of analyses as files: JSON for programs, and Markdown beside it for readers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from agents.analysis import Analysis
from agents.case import Book
from agents.documents.document import Document
from agents.documents.rendering import rendered
from compiler.json_files import read_json, write_json, write_text
from compiler.paths import Lab


def write_with_markdown(file: Path, value: BaseModel, document: Document, book: Book) -> None:
    """`file` lies in the analysis folder of the experiment. The JSON comes last: others wait for it."""
    experiment = file.parent.parent
    write_text(file.with_suffix(".md"), rendered(document, book, ".md", experiment).decode())
    write_json(file, value.model_dump(mode="json"))


def read_analyses(lab: Lab, experiment: str, titles: Iterable[str]) -> list[Analysis]:
    return [Analysis.model_validate(read_json(lab.analysis(experiment, title))) for title in titles]
