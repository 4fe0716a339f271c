"""Build elements of pandoc's syntax tree from plain text.

Text enters the tree as data, so pandoc escapes it in every format and never interprets it as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat

import panflute as pf

Inlines = list[pf.Inline]
Blocks = list[pf.Block]
# Control characters, bidirectional overrides and lone surrogates.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def words(text: str) -> Inlines:
    """Return a text as words and spaces, without control characters."""
    parts = re.split(r"(\s+)", without_invisible(text))
    return [pf.Space() if part.isspace() else pf.Str(part) for part in parts if part]


def without_invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def plain_text(inlines: Iterable[pf.Inline]) -> str:
    return str(pf.stringify(pf.Plain(*inlines)))


def code(text: str) -> pf.Code:
    return pf.Code(" ".join(without_invisible(text).split("\n")))


def code_block(text: str, language: str = "") -> pf.CodeBlock:
    lines = map(without_invisible, text.split("\n"))
    return pf.CodeBlock("\n".join(lines), classes=[language] if language else [])


def code_lines(text: str) -> pf.LineBlock:
    """Return code as separate lines, between which a page may break."""
    lines = text.split("\n")
    return pf.LineBlock(*(pf.LineItem(code(line)) if line.strip() else pf.LineItem() for line in lines))


def header(level: int, content: Inlines, anchor: str, *, is_numbered: bool = True) -> pf.Header:
    return pf.Header(*content, level=level, identifier=anchor, classes=[] if is_numbered else ["unnumbered"])


def bullets(items: Iterable[Inlines]) -> pf.BulletList:
    return pf.BulletList(*(pf.ListItem(pf.Plain(*item)) for item in items))


def raw_block(markup: str, format_name: str) -> pf.RawBlock:
    """Return markup of one output format. It must be constant: text from elsewhere is never raw markup."""
    block = pf.RawBlock(markup, "html")
    block.format = format_name  # the constructor rejects "typst", which panflute 2.3 does not list
    return block


def figure(anchor: str, image: pf.Image, caption: Inlines) -> pf.Figure:
    return pf.Figure(pf.Plain(image), caption=pf.Caption(pf.Plain(*caption)), identifier=anchor)


def table(
    anchor: str,
    caption: Inlines,
    head: Sequence[Inlines],
    rows: Iterable[Sequence[Inlines]],
    numeric: Sequence[bool],
    widths: Sequence[float] | None,
) -> pf.Table:
    """Return a table. `widths` are fractions of the text width; None leaves them to the output format."""
    alignments = ["AlignRight" if is_number else "AlignLeft" for is_number in numeric]
    return pf.Table(
        pf.TableBody(*map(_row, rows)),
        head=pf.TableHead(_row(head)),
        caption=pf.Caption(pf.Plain(*caption)) if caption else pf.Caption(),
        colspec=list(zip(alignments, widths or repeat("ColWidthDefault"), strict=False)),
        identifier=anchor,
    )


def _row(cells: Sequence[Inlines]) -> pf.TableRow:
    return pf.TableRow(*(pf.TableCell(pf.Plain(*cell)) if cell else pf.TableCell() for cell in cells))
