"""`report`: a Markdown file with the required sections, which a run writes, or a report of the experiment."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from markdown_it import MarkdownIt
from pydantic import Field, model_validator

from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists

_TEXT_TOKENS = ("inline", "fence", "code_block")


class Report(Deliverable):
    path: str = "output/report.md"
    validation: Literal["contains_sections", "exists"] = "contains_sections"
    sections: list[Annotated[str, Field(min_length=1)]] = []
    report: str | None = None  # a report of the experiment

    @model_validator(mode="before")
    @classmethod
    def _set_path_of_report(cls, fields: Any) -> Any:
        """Set the path of the file of a report. It is relative to the folder of the experiment."""
        if not isinstance(fields, dict) or not isinstance(fields.get("report"), str):
            return fields
        path = f"reports/{fields['report']}.md"
        if fields.get("path", path) != path or fields.get("over", "all") != "all":
            raise ValueError("a deliverable that names a report takes neither path nor over")
        return {**fields, "path": path}

    @model_validator(mode="after")
    def _check_sections_given(self) -> Self:
        if self.validation == "contains_sections" and not self.sections:
            raise ValueError("contains_sections needs sections, such as [Method, Results]")
        return self

    @property
    def checked_report(self) -> str | None:
        return self.report


def contains_sections(run: FinishedRun, spec: Report) -> CheckResult:
    """Check that each section is a heading with text below it. Case does not matter."""
    try:
        text = (run.folder / spec.path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return CheckResult(False, f"{spec.path} is not readable text: {error.__class__.__name__}")
    filled = filled_sections(text)
    missing = [section for section in spec.sections if section.casefold() not in filled]
    if missing:
        return CheckResult(False, f"{spec.path} has no text in section {', '.join(missing)}")
    return CheckResult(True, f"{spec.path} has {', '.join(spec.sections)}")


def filled_sections(markdown: str) -> set[str]:
    """Return the case-folded headings that have text before the next heading of the same or a higher level."""
    filled: set[str] = set()
    open_headings: list[tuple[int, str]] = []
    tokens = MarkdownIt("commonmark").parse(markdown)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            level = int(token.tag[1])
            open_headings = [heading for heading in open_headings if heading[0] < level]
            open_headings.append((level, tokens[index + 1].content.strip().casefold()))
        elif token.type in _TEXT_TOKENS and token.content.strip() and tokens[index - 1].type != "heading_open":
            filled.update(title for _, title in open_headings)
    return filled


TYPE = DeliverableType("report", Report, {"contains_sections": contains_sections, "exists": exists})
