"""The texts of a document by place, so that one who words or reviews need not know how documents are built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agents.documents.document import Document

_PROSE = ("title", "subtitle", "abstract", "text", "caption", "alt", "items")
_FIXED = ("columns", "rows", "keywords")
_NESTED = ("blocks", "sections")
_Put = Callable[[str, str], str]


def slots(document: Document) -> dict[str, str]:
    """Every template text by its path, such as `sections.results.blocks.0.text`. Verbatim blocks have none."""
    return _gathered(document, _is_template)


def wordable(document: Document) -> dict[str, str]:
    """Those that may be worded anew: not what is required, quoted or a table's cell."""
    return _gathered(document, _is_wordable)


def with_slots(document: Document, texts: Mapping[str, str]) -> Document:
    """The document with some of its texts replaced.

    Raises:
        KeyError: a path that it does not have.
    """
    missing = set(texts) - set(slots(document))
    if missing:
        raise KeyError(f"the document has no text at {', '.join(sorted(missing))}")
    return Document.model_validate(
        _mapped(document.model_dump(), "", lambda at, text: texts.get(at, text), _is_template)
    )


def _is_template(node: Mapping[str, Any], name: str) -> bool:
    return node.get("kind") != "verbatim" and name in (*_PROSE, *_FIXED)


def _is_wordable(node: Mapping[str, Any], name: str) -> bool:
    return name in _PROSE and node.get("kind") not in ("verbatim", "quote") and not node.get("is_required")


def _gathered(document: Document, wants: Callable[[Mapping[str, Any], str], bool]) -> dict[str, str]:
    found: dict[str, str] = {}

    def put(at: str, text: str) -> str:
        found[at] = text
        return text

    _mapped(document.model_dump(), "", put, wants)
    return found


def _mapped(node: Any, at: str, put: _Put, wants: Callable[[Mapping[str, Any], str], bool]) -> Any:
    """A copy of a part with each wanted text put through `put`."""
    copy = dict(node)
    for name, value in node.items():
        if name in _NESTED:
            keys = [one["id"] if name == "sections" else index for index, one in enumerate(value)]
            copy[name] = [_mapped(one, f"{at}{name}.{key}.", put, wants) for key, one in zip(keys, value, strict=True)]
        elif wants(node, name):
            copy[name] = _put_all(value, f"{at}{name}", put)
    return copy


def _put_all(value: Any, at: str, put: _Put) -> Any:
    if isinstance(value, str):
        return put(at, value) if value else value
    return [_put_all(one, f"{at}.{index}", put) for index, one in enumerate(value)]
