"""A document as data: what analysts and writers make, the reviewer reads and pandoc puts on paper.

Every text in it is a template (see placeholders) in Markdown's emphasis and inline code, nothing else of Markdown.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paragraph(_Part):
    """`is_required`: what must be told whoever words the rest; it is never reworded."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text
    is_required: bool = False


class Bullets(_Part):
    kind: Literal["bullets"] = "bullets"
    items: tuple[Text, ...]
    is_required: bool = False


class Table(_Part):
    """Cells are templates too. `numeric` columns are set to the right."""

    kind: Literal["table"] = "table"
    id: Name
    caption: Text
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...] = ()


class Figure(_Part):
    """`path` is relative to the experiment's folder; the image exists as PNG, and as SVG beside it."""

    kind: Literal["figure"] = "figure"
    id: Name
    path: str
    caption: Text
    alt: Text


class Quote(_Part):
    """A verbatim span of the abstract of a library entry."""

    kind: Literal["quote"] = "quote"
    text: Text
    cite: str


class Verbatim(_Part):
    """Data as they are: commands, log lines, versions. Written by code only, never by a model."""

    kind: Literal["verbatim"] = "verbatim"
    text: str
    language: str = ""


Block = Annotated[Paragraph | Bullets | Table | Figure | Quote | Verbatim, Field(discriminator="kind")]


class Section(_Part):
    id: Name
    title: Text
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


class Document(_Part):
    schema_version: int = SCHEMA_VERSION
    kind: str  # technical_report, blog_post, paper_draft, or a writer's or analyst's own
    experiment_id: str
    title: Text
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    abstract: str = ""
    sections: tuple[Section, ...]
