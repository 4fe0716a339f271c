"""Write how to cite a package: CITATION.cff and the metadata for Zenodo. Nothing is uploaded."""

from __future__ import annotations

import html
import json
from typing import Any

import yaml

from lab.publication.contents.authors import NOT_NAMED, authors
from lab.publication.contents.material import Material
from lab.publication.contents.plain_text import plain
from lab.publication.contents.statements import outcome_statements


def citation_cff(material: Material) -> bytes:
    """Return CITATION.cff in version 1.2.0 of the Citation File Format.

    It has no release date and no licence identifier, because no file of the lab states them.
    """
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these results, please cite them as below.",
        "type": "dataset",
        "title": title(material),
        "authors": [
            {"name": author.name, **({"email": author.email} if author.email else {})} for author in authors(material)
        ]
        or [{"name": NOT_NAMED}],
        "abstract": abstract(material),
        "keywords": keywords(material),
    }
    kept = {key: value for key, value in content.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=100).encode()


def zenodo_json(material: Material) -> bytes:
    """Return the metadata that Zenodo reads from a repository."""
    content = {
        "title": title(material),
        "upload_type": "dataset",
        "description": html.escape(abstract(material)),
        "creators": [{"name": author.name} for author in authors(material)] or [{"name": NOT_NAMED}],
        "keywords": keywords(material),
    }
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()


def title(material: Material) -> str:
    return plain(material.spec["name"])


def abstract(material: Material) -> str:
    hypothesis = f"The authors' hypothesis was: \u201c{plain(material.spec['hypothesis'])}\u201d"
    return " ".join([hypothesis, *(sentence.replace("*", "") for sentence in outcome_statements(material))])


def keywords(material: Material) -> list[str]:
    return list(dict.fromkeys(plain(tag) for tag in material.metadata.get("tags") or ()))
