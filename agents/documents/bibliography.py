"""Entries of the library as pandoc's citation processor takes them, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agents.documents import pandoc_tree as tree
from agents.documents.pandoc_tree import Node, Nodes
from agents.library import Entry

REFERENCE_LIST = "reference-list"
_PROCESSOR_LIST = "refs"  # where the processor puts the list
_TYPES = {
    "article": "article-journal",
    "inproceedings": "paper-conference",
    "incollection": "chapter",
    "book": "book",
    "techreport": "report",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
}


def references(entries: Iterable[Entry]) -> Node:
    """CSL data, for the document's metadata."""
    return tree.meta_list(tree.meta_map(_reference(entry)) for entry in entries)


def reference_list() -> Node:
    return tree.division(_PROCESSOR_LIST, "", [])


def settled(node: Any) -> Any:
    """The processed tree without what only the processor needs: citations are links, and the list is paragraphs under
    other anchors, because the LaTeX writer knows those of the processor and wants macros of its own for them."""
    match node:
        case list():
            return [one for each in node for one in _settled_item(each)]
        case {"t": "Div", "c": [[anchor, *_], content]} if anchor == _PROCESSOR_LIST or anchor.startswith("ref-"):
            return tree.division(_anchor(anchor), "", settled(content))
        case {"t": "Link", "c": [attributes, content, [target, title]]}:
            known = target.startswith("#ref-")
            target = f"#{_anchor(target[1:])}" if known else target
            return {"t": "Link", "c": [attributes, settled(content), [target, title]]}
        case dict():
            return {key: settled(value) for key, value in node.items()}
    return node


def _settled_item(node: Any) -> list[Any]:
    if isinstance(node, dict) and node.get("t") == "Cite":
        return list(settled(node["c"][1]))
    return [settled(node)]


def _anchor(anchor: str) -> str:
    return REFERENCE_LIST if anchor == _PROCESSOR_LIST else anchor.replace("ref-", "work-", 1)


def _reference(entry: Entry) -> dict[str, Node]:
    venue = {"container-title": _text(entry.venue)} if entry.venue else {}
    url = {"URL": _text(entry.url)} if entry.url else {}
    return {
        "id": _text(entry.key),
        "type": _text(_TYPES.get(entry.type, "document")),
        "title": _text(entry.title),
        "author": tree.meta_list(tree.meta_map(_name(author)) for author in entry.authors),
        "issued": _text(entry.year),
        **venue,
        **url,
    }


def _name(author: str) -> dict[str, Node]:
    """`Family, Given`, or the name of a body as it stands."""
    family, comma, given = author.partition(", ")
    return {"family": _text(family), "given": _text(given)} if comma else {"literal": _text(author)}


def _text(value: str) -> Node:
    return tree.meta_text(_words(value))


def _words(value: str) -> Nodes:
    return tree.words(value)
