"""Describe the package as a whole: name, authors, licence and the profiles that its crate follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lab.publication.contents.authors import authors
from lab.publication.contents.citation import abstract, keywords, title
from lab.publication.contents.material import Material
from lab.publication.contents.plain_text import plain
from lab.publication.crate.node import Node, file_id, local_id, refs
from lab.publication.crate.stored_runs import StoredRun

_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/provenance/0.5": ("Provenance Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
NO_LICENCE = "No licence: the lab states none, so no right to use the files is granted"


def author_ids(material: Material) -> list[str]:
    return [local_id("author", str(number)) for number, _ in enumerate(authors(material), start=1)]


def root_properties(
    material: Material, files: Mapping[str, bytes], runs: Sequence[StoredRun], workflow: str, mentions: Sequence[str]
) -> dict[str, Any]:
    """Return the properties of the root. RO-Crate requires a date: it is the day on which the last run ended."""
    return {
        "name": title(material),
        "description": abstract(material),
        "datePublished": max((run.ended for run in runs if run.ended), default="")[:10],
        "license": {"@id": file_id("LICENSE")} if "LICENSE" in files else NO_LICENCE,
        "author": refs(author_ids(material)),
        "keywords": ", ".join(keywords(material)),
        "mainEntity": {"@id": workflow},
        "conformsTo": refs(_PROFILES),
        "mentions": refs(mentions),
    }


def context_nodes(material: Material) -> Iterator[Node]:
    """Yield the authors and the profiles."""
    for author_id, author in zip(author_ids(material), authors(material), strict=True):
        yield Node(author_id, ("Person",), {"name": plain(author.name)})
    for profile, (name, version) in _PROFILES.items():
        yield Node(profile, ("CreativeWork",), {"name": name, "version": version})
