"""Where every number of a document comes from: the appendix that numbers link to."""

from __future__ import annotations

from collections.abc import Iterable

from agents.context.case import Book
from agents.facts.fact import Fact, Verdict, origins
from agents.facts.number_format import shown
from agents.facts.subject import parse_subject
from agents.rendering import pandoc_ast as tree
from agents.rendering.pandoc_ast import Node, Nodes
from agents.rendering.substitution import Showing

SHORT = 12  # characters of a hash


def provenance_blocks(showing: Showing) -> Nodes:
    """An entry for each fact and verdict that the text names, with its anchor.

    Facts of one source stand together under it, in the order of their first use.
    """
    named, book = showing.named, showing.book
    verdicts = [_verdict(book.verdicts[name], showing) for name in named.verdicts]
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in (book.facts[name] for name in showing.numbers):
        groups.setdefault((source_of(fact), runs_of(fact, book)), []).append(fact)
    facts = [
        (_source(at, *source), *(_fact(fact, showing) for fact in group))
        for at, (source, group) in enumerate(groups.items(), start=1)
    ]
    return [*verdicts, *(node for group in facts for node in group)]


def source_of(fact: Fact) -> str:
    """What made it, from which file of which content."""
    return f"{fact.function} · {fact.source.file} (sha256 {fact.source.sha256[:SHORT]})"


def told_of(fact: Fact) -> str:
    """Its value and what that is, as its entry says it; the id follows."""
    kinds = [kind for kind, holds in (("post hoc", fact.is_post_hoc), ("prediction", fact.is_prediction)) if holds]
    flags = f" ({', '.join(kinds)})" if kinds else ""
    return f"{fact.label}{flags}, n = {fact.n}"


def runs_of(fact: Fact, book: Book) -> str:
    """The runs behind it, in short; empty for a fact of a run, which its id names."""
    return "" if parse_subject(fact.subject).kind == "run" else compact(run_names(fact, book))


def run_names(fact: Fact, book: Book) -> tuple[str, ...]:
    """The points whose runs a fact rests on, in order."""
    subjects = (parse_subject(one.subject) for one in origins(fact, book.facts))
    return tuple(
        dict.fromkeys(subject.name or "" for subject in subjects if subject.kind == "run" and not subject.owner)
    )


def compact(points: Iterable[str]) -> str:
    """`model.lr=0.1,seed=0,1,2` for three points that differ in the last key only."""
    grouped: dict[str, list[str]] = {}
    for point in points:
        stem, equals, last = point.rpartition("=")
        grouped.setdefault(stem + equals, []).append(last)
    return "; ".join(stem + ",".join(lasts) for stem, lasts in grouped.items())


def _source(at: int, where: str, runs: str) -> Node:
    parts = [*where.split(" · "), *([f"runs {runs}"] if runs else [])]
    return tree.division(f"source-{at}", "source", [tree.paragraph(_joined(parts))])


def _fact(fact: Fact, showing: Showing) -> Node:
    value = tree.strong(tree.words(shown(fact)))
    told = [value, tree.space(), *tree.words(told_of(fact)), tree.space(), tree.code(fact.id)]
    return _entry(showing.anchor("f", fact.id), told)


def _verdict(verdict: Verdict, showing: Showing) -> Node:
    """In full where the text gives its words and not its sentence, and with the facts that it rests on."""
    post_hoc = " (post hoc)" if verdict.is_post_hoc else ""
    sentence = f" {verdict.sentence}" if verdict.id in showing.named.only_in_words else ""
    head = [tree.strong(tree.words(verdict.conclusion)), tree.space(), tree.code(verdict.id)]
    facts = [name for name in verdict.facts if showing.is_told(name) and showing.book.facts[name].value is not None]
    listed = [node for name in facts for node in (tree.space(), *showing.fact(name))]
    rests = [tree.space(), *tree.words("Rests on"), *listed] if listed else []
    return _entry(showing.anchor("v", verdict.id), [*head, *tree.words(f"{post_hoc}.{sentence}"), *rests])


def _joined(parts: Iterable[str]) -> Nodes:
    found: Nodes = []
    for part in parts:
        found += [*([*tree.words(" · ")] if found else []), tree.code(part)]
    return found


def _entry(anchor: str, content: Nodes) -> Node:
    return tree.division(anchor, "entry", [tree.paragraph(content)])
