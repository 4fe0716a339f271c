"""Format citations and the list of references with pandoc's citation processor, once for all output formats."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import panflute as pf

from agents.context.library import Entry
from agents.rendering.pandoc import run_pandoc
from agents.rendering.pandoc_ast import Blocks, Inlines, words

_CSL_TYPES = {
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
    """Formatted citations and references.

    `citations` maps a key, and whether the authors are the subject of the sentence, to the text of the citation.
    """

    citations: Mapping[tuple[str, bool], Inlines]
    references: Blocks

    def citation(self, key: str, *, is_subject: bool) -> Inlines:
        """Return "Ada (1843)" if the authors are the subject of the sentence, else "(Ada 1843)"."""
        return self.citations[key, is_subject]


def bibliography(entries: tuple[Entry, ...]) -> Bibliography:
    """Return the citations of library entries and their list of references. Raises PandocFailed."""
    if not entries:
        return Bibliography({}, [])
    *paragraphs, references = pf.load(io.StringIO(_processed(entries))).walk(_rename_anchors).content
    citations = [list(paragraph.content[0].content) for paragraph in paragraphs]
    return Bibliography(dict(zip(_citation_keys(entries), citations, strict=True)), list(references.content))


@cache
def _processed(entries: tuple[Entry, ...]) -> str:
    """Return a JSON tree: a paragraph for each citation, then the list of references."""
    paragraphs = [pf.Para(_cite(key, is_subject)) for key, is_subject in _citation_keys(entries)]
    metadata = {"references": pf.MetaList(*map(_csl_item, entries)), "link-citations": True}
    return run_pandoc(pf.Doc(*paragraphs, metadata=metadata), ["-t", "json", "--citeproc"])


def _citation_keys(entries: tuple[Entry, ...]) -> list[tuple[str, bool]]:
    return [(entry.key, is_subject) for entry in entries for is_subject in (True, False)]


def _cite(key: str, is_subject: bool) -> pf.Cite:
    mode = "AuthorInText" if is_subject else "NormalCitation"
    return pf.Cite(*words(f"@{key}"), citations=[pf.Citation(key, mode=mode)])


def _rename_anchors(element: pf.Element, _: pf.Doc) -> None:
    """Replace the processor's anchors, because the LaTeX writer recognises them and requires macros for them."""
    if isinstance(element, pf.Div):
        element.identifier = _anchor(element.identifier)
        element.classes, element.attributes = ["reference"], {}
    elif isinstance(element, pf.Link) and element.url.startswith("#"):
        element.url = f"#{_anchor(element.url[1:])}"


def _anchor(anchor: str) -> str:
    return anchor.replace("ref-", "work-", 1)


def _csl_item(entry: Entry) -> pf.MetaMap:
    values = {"container-title": entry.venue, "URL": entry.url, "issued": entry.year, "title": entry.title}
    fields = {name: _text(value) for name, value in values.items() if value}
    authors = pf.MetaList(*map(_csl_name, entry.authors))
    return pf.MetaMap(id=_text(entry.key), type=_text(_CSL_TYPES.get(entry.type, "document")), author=authors, **fields)


def _csl_name(author: str) -> pf.MetaMap:
    """Parse `Family, Given`; without a comma it is the name of an organisation."""
    family, comma, given = author.partition(", ")
    return pf.MetaMap(family=_text(family), given=_text(given)) if comma else pf.MetaMap(literal=_text(author))


def _text(value: str) -> pf.MetaInlines:
    return pf.MetaInlines(*words(value))
