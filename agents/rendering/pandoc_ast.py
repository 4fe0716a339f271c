"""Build elements of pandoc's syntax tree from plain text, in the form of pandoc's JSON.

Text enters the tree as data, so pandoc escapes it in every format and never interprets it as markup. No function
changes an element, so elements are shared between trees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

Element = Mapping[str, Any]  # {"t": kind, "c": content}; elements such as a space have no content
Inlines = list[Element]
Blocks = list[Element]
SPACE: Element = {"t": "Space"}
_PLAIN = ["", [], []]  # no identifier, no classes and no attributes
# Control characters, bidirectional overrides and lone surrogates.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def element(kind: str, content: object) -> Element:
    return {"t": kind, "c": content}


def words(text: str) -> Inlines:
    """Return a text as words and spaces, without control characters."""
    return list(_words(text))


@lru_cache(maxsize=4096)  # a text is in the trees of all formats
def _words(text: str) -> tuple[Element, ...]:
    parts = re.split(r"(\s+)", without_invisible(text))
    return tuple(SPACE if part.isspace() else element("Str", part) for part in parts if part)


def without_invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def plain_text(inlines: Iterable[Element]) -> str:
    return "".join(map(_text, inlines))


def _text(inline: Element) -> str:
    match inline["t"]:
        case "Str":
            return str(inline["c"])
        case "Code":
            return str(inline["c"][1])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Emph" | "Strong" | "SmallCaps" | "Superscript" | "Subscript" | "Strikeout" | "Underline":
            return plain_text(inline["c"])
        case "Quoted":
            return f'"{plain_text(inline["c"][1])}"'
        case _:  # a link, an image, a span or a citation
            return plain_text(inline["c"][1])


def attributes(identifier: str = "", classes: Sequence[str] = (), values: Mapping[str, str] | None = None) -> list[Any]:
    return [identifier, list(classes), [list(pair) for pair in (values or {}).items()]]


def link(content: Inlines, url: str, title: str = "", attributes: Sequence[Any] = _PLAIN) -> Element:
    return element("Link", [attributes, content, [url, title]])


def image(alternative: Inlines, url: str) -> Element:
    return element("Image", [_PLAIN, alternative, [url, ""]])


def code(text: str) -> Element:
    return element("Code", [_PLAIN, " ".join(without_invisible(text).split("\n"))])


def code_block(text: str, language: str = "") -> Element:
    lines = map(without_invisible, text.split("\n"))
    return element("CodeBlock", [attributes(classes=[language] if language else []), "\n".join(lines)])


def code_lines(text: str) -> Element:
    """Return code as separate lines, between which a page may break."""
    return element("LineBlock", [[code(line)] if line.strip() else [] for line in text.split("\n")])


def anchor(identifier: str) -> Element:
    """Return an empty target of links."""
    return element("Span", [attributes(identifier), []])


def header(level: int, content: Inlines, identifier: str, *, is_numbered: bool = True) -> Element:
    return element("Header", [level, attributes(identifier, [] if is_numbered else ["unnumbered"]), content])


def paragraph(content: Iterable[Element]) -> Element:
    return element("Para", list(content))


def division(identifier: str, kind: str, content: Blocks) -> Element:
    return element("Div", [attributes(identifier, [kind]), content])


def bullets(items: Iterable[Inlines]) -> Element:
    return element("BulletList", [[element("Plain", item)] for item in items])


def raw_block(markup: str, format_name: str) -> Element:
    """Return markup of one output format. It must be constant: text from elsewhere is never raw markup."""
    return element("RawBlock", [format_name, markup])


def figure(identifier: str, content: Element, caption: Inlines) -> Element:
    return element("Figure", [attributes(identifier), _caption(caption), [element("Plain", [content])]])


def table(
    identifier: str,
    caption: Inlines,
    head: Sequence[Inlines],
    rows: Iterable[Sequence[Inlines]],
    numeric: Sequence[bool],
    widths: Sequence[float] | None,
) -> Element:
    """Return a table. `widths` are fractions of the text width; None leaves them to the output format."""
    alignments = [{"t": "AlignRight" if is_number else "AlignLeft"} for is_number in numeric]
    sizes = [element("ColWidth", width) for width in widths] if widths else repeat({"t": "ColWidthDefault"})
    columns = [list(column) for column in zip(alignments, sizes, strict=False)]
    bodies = [[_PLAIN, 0, [], [_row(row) for row in rows]]]
    head_and_foot = [_PLAIN, [_row(head)]], [_PLAIN, []]
    return element(
        "Table", [attributes(identifier), _caption(caption), columns, head_and_foot[0], bodies, head_and_foot[1]]
    )


def _caption(content: Inlines) -> list[Any]:
    return [None, [element("Plain", content)] if content else []]


def _row(cells: Sequence[Inlines]) -> list[Any]:
    alignment = {"t": "AlignDefault"}
    return [_PLAIN, [[_PLAIN, alignment, 1, 1, [element("Plain", cell)] if cell else []] for cell in cells]]
