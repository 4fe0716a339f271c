"""Format citations and the list of references with pandoc's citation processor, once for all output formats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from agents.context.library import Entry
from agents.rendering.pandoc import run_pandoc, syntax_tree
from agents.rendering.pandoc_ast import Blocks, Element, Inlines, element, paragraph, words

_CSL_TYPES = {
    "article": "article-journal",
    "inproceedings": "paper-conference",
    "incollection": "chapter",
    "book": "book",
    "techreport": "report",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
}
_ONE_AT_A_TIME = Lock()  # formats are written in threads, and the second one uses the result of the first


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
    with _ONE_AT_A_TIME:
        processed = _processed(entries)
    *paragraphs, references = _with_anchors(json.loads(processed)["blocks"])
    citations = [cite["c"][1] for cite in (paragraph["c"][0] for paragraph in paragraphs)]
    return Bibliography(dict(zip(_citation_keys(entries), citations, strict=True)), references["c"][1])


@cache
def _processed(entries: tuple[Entry, ...]) -> str:
    """Return a JSON tree: a paragraph for each citation, then the list of references."""
    paragraphs = [paragraph([_cite(key, is_subject)]) for key, is_subject in _citation_keys(entries)]
    references = element("MetaList", list(map(_csl_item, entries)))
    metadata = {"references": references, "link-citations": element("MetaBool", True)}
    return run_pandoc(syntax_tree(paragraphs, metadata), ["-t", "json", "--citeproc"])


def _citation_keys(entries: tuple[Entry, ...]) -> list[tuple[str, bool]]:
    return [(entry.key, is_subject) for entry in entries for is_subject in (True, False)]


def _cite(key: str, is_subject: bool) -> Element:
    mode = "AuthorInText" if is_subject else "NormalCitation"
    citation = {
        "citationId": key,
        "citationPrefix": [],
        "citationSuffix": [],
        "citationMode": {"t": mode},
        "citationNoteNum": 0,
        "citationHash": 0,
    }
    return element("Cite", [[citation], words(f"@{key}")])


def _with_anchors(part: Any) -> Any:
    """Replace the processor's anchors, because the LaTeX writer recognises them and requires macros for them."""
    if isinstance(part, list):
        return list(map(_with_anchors, part))
    if not isinstance(part, Mapping):
        return part
    match part:
        case {"t": "Div", "c": [[identifier, _, _], content]}:
            return element("Div", [[_anchor(identifier), ["reference"], []], _with_anchors(content)])
        case {"t": "Link", "c": [attributes, content, [url, title]]} if url.startswith("#"):
            return element("Link", [attributes, _with_anchors(content), [f"#{_anchor(url[1:])}", title]])
    return {key: _with_anchors(value) for key, value in part.items()}


def _anchor(anchor: str) -> str:
    return anchor.replace("ref-", "work-", 1)


def _csl_item(entry: Entry) -> Element:
    values = {"container-title": entry.venue, "URL": entry.url, "issued": entry.year, "title": entry.title}
    fields = {name: _text(value) for name, value in values.items() if value}
    kind = _text(_CSL_TYPES.get(entry.type, "document"))
    authors = element("MetaList", list(map(_csl_name, entry.authors)))
    return element("MetaMap", {"id": _text(entry.key), "type": kind, "author": authors, **fields})


def _csl_name(author: str) -> Element:
    """Parse `Family, Given`; without a comma it is the name of an organisation."""
    family, comma, given = author.partition(", ")
    return element("MetaMap", {"family": _text(family), "given": _text(given)} if comma else {"literal": _text(author)})


def _text(value: str) -> Element:
    return element("MetaInlines", words(value))
