"""Read and replace the texts of a document by slot, without knowledge of its structure.

A slot is the path of a text, for example `sections.results.blocks.0.text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agents.documents.document import Document

_PROSE = ("title", "subtitle", "abstract", "text", "caption", "alt", "items")
_FIXED = ("columns", "rows", "keywords")
_NESTED = ("blocks", "sections")
_Node = Mapping[str, Any]  # a part of a document, as pydantic dumps it
_Replace = Callable[[str, str], str]  # (slot, text) -> new text
_Select = Callable[[_Node, str], bool]  # (part, name of a field) -> whether the texts of the field are selected


def slots(document: Document) -> dict[str, str]:
    """Return every template text by its slot. Verbatim blocks have no slots."""
    return _texts(document, _is_template)


def rewordable_slots(document: Document) -> dict[str, str]:
    """Return the texts that a model may reword: all except required texts, quotations and table cells."""
    return _texts(document, _is_rewordable)


def replace_slots(document: Document, texts: Mapping[str, str]) -> Document:
    """Return the document with some of its texts replaced.

    Raises:
        KeyError: The document has no such slot.
    """
    unknown = set(texts) - set(slots(document))
    if unknown:
        raise KeyError(f"the document has no text at {', '.join(sorted(unknown))}")
    replaced = _map_texts(document.model_dump(), "", lambda slot, text: texts.get(slot, text), _is_template)
    return Document.model_validate(replaced)


def _is_template(node: _Node, name: str) -> bool:
    return node.get("kind") != "verbatim" and name in (*_PROSE, *_FIXED)


def _is_rewordable(node: _Node, name: str) -> bool:
    return name in _PROSE and node.get("kind") not in ("verbatim", "quote") and not node.get("is_required")


def _texts(document: Document, select: _Select) -> dict[str, str]:
    texts: dict[str, str] = {}

    def collect(slot: str, text: str) -> str:
        texts[slot] = text
        return text

    _map_texts(document.model_dump(), "", collect, select)
    return texts


def _map_texts(node: _Node, prefix: str, replace: _Replace, select: _Select) -> dict[str, Any]:
    """Return a copy of a part in which the selected texts are replaced."""
    copy = dict(node)
    for name, value in node.items():
        if name in _NESTED:
            keys = [child["id"] if name == "sections" else index for index, child in enumerate(value)]
            copy[name] = [
                _map_texts(child, f"{prefix}{name}.{key}.", replace, select)
                for key, child in zip(keys, value, strict=True)
            ]
        elif select(node, name):
            copy[name] = _replace_all(value, f"{prefix}{name}", replace)
    return copy


def _replace_all(value: Any, slot: str, replace: _Replace) -> Any:
    """Replace a text, or the texts of nested lists. Empty texts have no slot."""
    if isinstance(value, str):
        return replace(slot, value) if value else value
    return [_replace_all(item, f"{slot}.{index}", replace) for index, item in enumerate(value)]
