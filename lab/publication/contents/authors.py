"""Read the authors of an experiment from its spec. Nothing is guessed: without authors, their place states so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lab.publication.contents.material import Material

_AUTHOR = re.compile(r"(?P<name>[^<>]*[^<>\s])\s*(?:<(?P<email>[^<>\s]+@[^<>\s]+)>)?")
NOT_NAMED = "Not named (experiment.metadata.researcher is not set)"


@dataclass(frozen=True)
class Author:
    """An author. An e-mail address is published only in CITATION.cff, because the spec declares it as a contact."""

    name: str
    email: str | None = None


def authors(material: Material) -> list[Author]:
    """Return the authors in `experiment.metadata.researcher`, separated by semicolons: `Ada Lovelace <ada@lab.org>`."""
    parts = [part.strip() for part in str(material.metadata.get("researcher") or "").split(";")]
    matches = (_AUTHOR.fullmatch(part) for part in parts if part)
    return [Author(match["name"], match["email"]) for match in matches if match]


def author_names(material: Material) -> list[str]:
    return [author.name for author in authors(material)] or [NOT_NAMED]
