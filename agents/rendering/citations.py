"""Citations and the list of references: pandoc's citation processor makes them once, for all formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agents.context.library import Entry
from agents.rendering import pandoc_ast as tree
from agents.rendering.pandoc import converted
from agents.rendering.pandoc_ast import Node, Nodes

_TYPES = {
    "article": "article-journal",
    "inproceedings": "paper-conference",
    "incollection": "chapter",
    "book": "book",
    "techreport": "report",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
}


@dataclass(frozen=True)
class Bibliography:
    """`citations`: key and whether the authors are the subject of the sentence -> what stands for it in the text."""

    citations: Mapping[tuple[str, bool], Nodes]
    references: Nodes

    def citation(self, key: str, *, is_subject: bool) -> Nodes:
        return self.citations[key, is_subject]


@cache
def bibliography(entries: tuple[Entry, ...]) -> Bibliography:
    """Raises PandocFailed."""
    if not entries:
        return Bibliography({}, [])
    asked = [(entry.key, is_subject) for entry in entries for is_subject in (True, False)]
    cites = [tree.paragraph([tree.citation(key, is_subject=is_subject)]) for key, is_subject in asked]
    meta = {"references": tree.meta_list(map(_reference, entries)), "link-citations": tree.meta_flag(True)}
    *paragraphs, listed = json.loads(converted(tree.document(meta, cites), ["-t", "json", "--citeproc"]))["blocks"]
    shown = [_settled(one["c"][0]["c"][1]) for one in paragraphs]
    return Bibliography(dict(zip(asked, shown, strict=True)), _settled(listed["c"][1]))


def _settled(node: Any) -> Any:
    """With anchors of our own: the LaTeX writer knows those of the processor and wants macros for them."""
    match node:
        case list():
            return [_settled(one) for one in node]
        case {"t": "Div", "c": [[anchor, *_], content]}:
            return tree.division(_anchor(anchor), "reference", _settled(content))
        case {"t": "Link", "c": [attributes, content, [target, title]]}:
            inner = f"#{_anchor(target[1:])}" if target.startswith("#") else target
            return {"t": "Link", "c": [attributes, _settled(content), [inner, title]]}
        case dict():
            return {key: _settled(value) for key, value in node.items()}
    return node


def _anchor(anchor: str) -> str:
    return anchor.replace("ref-", "work-", 1)


def _reference(entry: Entry) -> Node:
    """CSL data."""
    told = {"container-title": entry.venue, "URL": entry.url, "issued": entry.year, "title": entry.title}
    fields = {name: _text(value) for name, value in told.items() if value}
    authors = tree.meta_list(tree.meta_map(_name(author)) for author in entry.authors)
    kind = _text(_TYPES.get(entry.type, "document"))
    return tree.meta_map({"id": _text(entry.key), "type": kind, "author": authors, **fields})


def _name(author: str) -> dict[str, Node]:
    """`Family, Given`, or the name of a body as it stands."""
    family, comma, given = author.partition(", ")
    return {"family": _text(family), "given": _text(given)} if comma else {"literal": _text(author)}


def _text(value: str) -> Node:
    return tree.meta_text(tree.words(value))
