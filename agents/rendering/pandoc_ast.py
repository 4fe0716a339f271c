"""Pandoc's syntax tree, as far as documents need it. Text enters it as data: no writer of pandoc takes a string of the
tree for markup, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

Node = dict[str, Any]
Nodes = list[Node]
API_VERSION = [1, 23, 1]
# Controls, lone surrogates, and marks that show another order of letters than is read.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def words(text: str) -> Nodes:
    """A text as words and spaces, without the characters that only steer a terminal or a reader's eye."""
    parts = re.split(r"(\s+)", clean(text))
    return [_node("Space") if part.isspace() else _node("Str", part) for part in parts if part]


def clean(text: str) -> str:
    return _UNSEEN.sub("", text)


def plain(nodes: Iterable[Node]) -> str:
    """The text of inlines, without their form."""
    return "".join(_plain(node) for node in nodes)


def code(text: str) -> Node:
    return _node("Code", [attributes(), " ".join(clean(text).split("\n"))])


def space() -> Node:
    return _node("Space")


def emphasis(content: Nodes) -> Node:
    return _node("Emph", content)


def strong(content: Nodes) -> Node:
    return _node("Strong", content)


def anchored(anchor: str, content: Nodes) -> Node:
    return _node("Span", [attributes(anchor), content])


def link(
    content: Nodes, target: str, title: str = "", *, kind: str = "", data: Mapping[str, str] | None = None
) -> Node:
    return _node("Link", [attributes("", kind, data), content, [target, clean(title)]])


def image(alt: Nodes, target: str) -> Node:
    return _node("Image", [attributes(), alt, [target, ""]])


def citation(key: str, *, is_subject: bool) -> Node:
    """`is_subject`: the authors are part of the sentence, "Ada (1843) writes", not set in brackets."""
    mode = _node("AuthorInText" if is_subject else "NormalCitation")
    one = {"citationId": key, "citationPrefix": [], "citationSuffix": [], "citationMode": mode}
    return _node("Cite", [[one | {"citationNoteNum": 0, "citationHash": 0}], words(f"@{key}")])


def header(level: int, content: Nodes, anchor: str, *, is_numbered: bool = True) -> Node:
    return _node("Header", [level, attributes(anchor, "" if is_numbered else "unnumbered"), content])


def paragraph(content: Nodes) -> Node:
    return _node("Para", content)


def bullets(items: Iterable[Nodes]) -> Node:
    return _node("BulletList", [[_node("Plain", item)] for item in items])


def quotation(content: Nodes) -> Node:
    return _node("BlockQuote", [paragraph(content)])


def code_block(text: str, language: str = "") -> Node:
    return _node("CodeBlock", [attributes("", language), "\n".join(map(clean, text.split("\n")))])


def code_lines(text: str) -> Node:
    """The same as lines that a page may break."""
    return _node("LineBlock", [[code(line)] if line.strip() else [] for line in text.split("\n")])


def division(anchor: str, kind: str, content: Nodes) -> Node:
    return _node("Div", [attributes(anchor, kind), content])


def raw(form: str, markup: str) -> Node:
    """Markup of one output format. Only for constants of this package: never for text that came from elsewhere."""
    return _node("RawBlock", [form, markup])


def figure(anchor: str, picture: Node, caption: Nodes) -> Node:
    return _node("Figure", [attributes(anchor), [None, [_node("Plain", caption)]], [_node("Plain", [picture])]])


def table(
    anchor: str,
    caption: Nodes,
    head: Sequence[Nodes],
    rows: Iterable[Sequence[Nodes]],
    numeric: Sequence[bool],
    widths: Sequence[float] | None,
) -> Node:
    """`widths` are shares of the text's width; None leaves them to the writer."""
    sides = [_node("AlignRight" if right else "AlignLeft") for right in numeric]
    shares = repeat(_node("ColWidthDefault")) if widths is None else (_node("ColWidth", width) for width in widths)
    columns = [list(column) for column in zip(sides, shares, strict=False)]
    body = [attributes(), 0, [], [_row(row) for row in rows]]
    long_caption = [_node("Plain", caption)] if caption else []
    return _node(
        "Table",
        [attributes(anchor), [None, long_caption], columns, [attributes(), [_row(head)]], [body], [attributes(), []]],
    )


def document(meta: Mapping[str, Node], blocks: Nodes) -> Node:
    return {"pandoc-api-version": API_VERSION, "meta": dict(meta), "blocks": blocks}


def meta_text(content: Nodes) -> Node:
    return _node("MetaInlines", content)


def meta_list(content: Iterable[Node]) -> Node:
    return _node("MetaList", list(content))


def meta_map(content: Mapping[str, Node]) -> Node:
    return _node("MetaMap", dict(content))


def meta_flag(value: bool) -> Node:
    return _node("MetaBool", value)


def attributes(anchor: str = "", kind: str = "", data: Mapping[str, str] | None = None) -> list[Any]:
    return [anchor, kind.split(), [[key, value] for key, value in (data or {}).items()]]


def _row(cells: Sequence[Nodes]) -> list[Any]:
    made = [[attributes(), _node("AlignDefault"), 1, 1, [_node("Plain", cell)] if cell else []] for cell in cells]
    return [attributes(), made]


def _node(kind: str, content: Any = None) -> Node:
    return {"t": kind} if content is None else {"t": kind, "c": content}


def _plain(node: Node) -> str:
    match node["t"]:
        case "Str":
            return str(node["c"])
        case "Space" | "SoftBreak" | "LineBreak":
            return " "
        case "Code":
            return str(node["c"][1])
        case "Emph" | "Strong":
            return plain(node["c"])
        case "Link" | "Span" | "Cite":
            return plain(node["c"][1])
        case _:
            return ""
