"""Where every number of a document comes from: the appendix that numbers link to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agents.case import Book
from agents.documents import pandoc_tree as tree
from agents.documents.pandoc_tree import Nodes
from agents.documents.showing import Showing
from agents.facts.fact import Fact, Verdict, origins
from agents.facts.shown import shown

SHORT = 12  # characters of a hash


def provenance_blocks(showing: Showing) -> Nodes:
    """One entry for each fact and verdict that the text names, with its anchor."""
    named, book = showing.named, showing.book
    verdicts = [_verdict(book.verdicts[name], showing) for name in named.verdicts]
    facts = [_fact(book.facts[name], showing) for name in showing.numbers]
    return [node for entry in (*verdicts, *facts) for node in entry]


def run_names(fact: Fact, book: Book) -> tuple[str, ...]:
    """The points whose runs a fact rests on, in order."""
    subjects = (one.subject for one in origins(fact, book.facts))
    return tuple(dict.fromkeys(name[4:-1] for name in subjects if name.startswith("run[")))


def compact(points: Iterable[str]) -> str:
    """`model.lr=0.1,seed=0,1,2` for three points that differ in the last key only."""
    grouped: dict[str, list[str]] = {}
    for point in points:
        stem, equals, last = point.rpartition("=")
        grouped.setdefault(stem + equals, []).append(last)
    return "; ".join(stem + ",".join(lasts) for stem, lasts in grouped.items())


def _fact(fact: Fact, showing: Showing) -> Nodes:
    anchor = showing.anchor("f", fact.id)
    kinds = [kind for kind, holds in _flags(fact).items() if holds]
    flags = f" ({', '.join(kinds)})" if kinds else ""
    runs = "" if fact.subject.startswith("run[") else compact(run_names(fact, showing.book))
    head = [tree.strong(tree.words(shown(fact))), tree.space(), *tree.words(f"{fact.label}{flags}, n = {fact.n}.")]
    source = f"{fact.source.file} (sha256 {fact.source.sha256[:SHORT]})"
    where = [fact.id, fact.function, source, *([f"runs {runs}"] if runs else [])]
    return _entry(anchor, [*head, tree.space(), *_joined(where)])


def _verdict(verdict: Verdict, showing: Showing) -> Nodes:
    anchor = showing.anchor("v", verdict.id)
    post_hoc = " (post hoc)" if verdict.is_post_hoc else ""
    measured = [
        name for name in verdict.facts if name in showing.numbers and showing.book.facts[name].value is not None
    ]
    rests = [[tree.space(), *showing.fact(name)] for name in measured]
    head = tree.words(f"verdict {verdict.id}{post_hoc}. {verdict.sentence}")
    listed = [node for one in rests for node in one]
    based = [tree.space(), *tree.words("Rests on"), *listed] if rests else []
    return _entry(anchor, [tree.strong(tree.words(verdict.conclusion)), tree.space(), *head, *based])


def _flags(fact: Fact) -> Mapping[str, bool]:
    return {"post hoc": fact.is_post_hoc, "prediction": fact.is_prediction}


def _joined(parts: Iterable[str]) -> Nodes:
    found: Nodes = []
    for part in parts:
        found += [*([*tree.words(" · ")] if found else []), tree.code(part)]
    return found


def _entry(anchor: str, content: Nodes) -> Nodes:
    return [tree.division(anchor, "entry", [tree.paragraph(content)])]
