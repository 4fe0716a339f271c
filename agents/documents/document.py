"""Define a document: analysts and writers create it, the quality review checks it, and agents/rendering renders it.

Every text is a template with placeholders (see placeholders.py). Of Markdown, only emphasis and inline code apply.
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
    """A paragraph of text. A required paragraph is never reworded by a model."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text
    is_required: bool = False


class Bullets(_Part):
    kind: Literal["bullets"] = "bullets"
    items: tuple[Text, ...]
    is_required: bool = False


class Table(_Part):
    """A table whose cells are templates. `numeric` columns are right-aligned."""

    kind: Literal["table"] = "table"
    id: Name
    caption: Text
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...] = ()


class Figure(_Part):
    """An image with a caption and an alternative text.

    `path` is the path of a PNG, relative to the folder of the experiment. The folder of the PNG may also contain an SVG
    with the same name.
    """

    kind: Literal["figure"] = "figure"
    id: Name
    path: str
    caption: Text
    alt: Text


class Quote(_Part):
    """A verbatim excerpt of the abstract of a library entry."""

    kind: Literal["quote"] = "quote"
    text: Text
    cite: str


class Verbatim(_Part):
    """Literal data: commands, log lines, versions. Only code creates it, never a model."""

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
    kind: str  # technical_report, blog_post, paper_draft, or that of another writer or analyst
    experiment_id: str
    title: Text
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    abstract: str = ""
    sections: tuple[Section, ...]
