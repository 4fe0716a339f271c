"""Write the appendix that states the source of every number. The numbers of the text link to its entries."""

from __future__ import annotations

from collections.abc import Iterable

from agents.context.case import Book
from agents.facts.fact import Fact, origins
from agents.facts.number_format import format_fact
from agents.facts.subject import parse_fact_id, parse_subject
from agents.facts.verdict import Verdict
from agents.rendering.pandoc_ast import SPACE, Blocks, Element, Inlines, code, division, element, paragraph, words
from agents.rendering.substitution import Substitution

_HASH_LENGTH = 12  # characters that are shown of a hash


def provenance_blocks(values: Substitution) -> Blocks:
    """Return an entry with an anchor for each verdict and fact that the text refers to.

    Facts with the same source are grouped under it. Groups and facts are in the order of their first use.
    """
    book = values.book
    verdicts = [_verdict_entry(book.verdicts[name], values) for name in values.references.verdicts]
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in (book.facts[name] for name in values.traceable_facts):
        groups.setdefault((source_line(fact), runs_line(fact, book)), []).append(fact)
    entries: Blocks = []
    for number, ((source, runs), facts) in enumerate(groups.items(), start=1):
        entries += [_source_entry(number, source, runs), *(_fact_entry(fact, values) for fact in facts)]
    return [*verdicts, *entries]


def source_line(fact: Fact) -> str:
    """Return the function that computed a fact, and the file that it read, with its hash."""
    return f"{fact.function} · {fact.source.file} (sha256 {fact.source.sha256[:_HASH_LENGTH]})"


def fact_description(fact: Fact) -> str:
    """Return the text of an entry between the value and the id of the fact."""
    kinds = [kind for kind, is_set in (("exploratory", fact.is_post_hoc), ("prediction", fact.is_prediction)) if is_set]
    flags = f" ({', '.join(kinds)})" if kinds else ""
    return f"{fact.label}{flags}, n = {fact.n}"


def runs_line(fact: Fact, book: Book) -> str:
    """Return the runs that a fact is computed from, or an empty text for a fact of one run, whose id names it."""
    return "" if parse_subject(fact.subject).kind == "run" else compact_points(_run_names(fact, book))


def _run_names(fact: Fact, book: Book) -> tuple[str, ...]:
    """Return the points whose runs a fact is computed from, in order."""
    subjects = (parse_subject(origin.subject) for origin in origins(fact, book.facts))
    return tuple(
        dict.fromkeys(subject.name or "" for subject in subjects if subject.kind == "run" and not subject.owner)
    )


def compact_points(points: Iterable[str]) -> str:
    """Join points that differ only in the value of their last key: `model.lr=0.1,seed=0,1,2`."""
    last_values: dict[str, list[str]] = {}
    for point in points:
        stem, equals, value = point.rpartition("=")
        last_values.setdefault(stem + equals, []).append(value)
    return "; ".join(stem + ",".join(values) for stem, values in last_values.items())


def _source_entry(number: int, source: str, runs: str) -> Element:
    parts = [*source.split(" · "), *([f"runs {runs}"] if runs else [])]
    return division(f"source-{number}", "source", [paragraph(_joined(parts))])


def _fact_entry(fact: Fact, values: Substitution) -> Element:
    value = element("Strong", words(format_fact(fact)))
    content = [value, SPACE, *words(fact_description(fact)), SPACE, code(fact.id)]
    return _entry(values.anchor("f", fact.id), content)


def _verdict_entry(verdict: Verdict, values: Substitution) -> Element:
    """Return the conclusion, the full sentence unless the text contains it, and the facts it is based on."""
    exploratory = " (exploratory)" if verdict.is_post_hoc else ""
    sentence = f" {verdict.sentence}" if verdict.id in values.references.verdicts_without_sentence else ""
    head = [element("Strong", words(verdict.conclusion)), SPACE, code(verdict.id)]
    return _entry(
        values.anchor("v", verdict.id), [*head, *words(f"{exploratory}.{sentence}"), *_basis(verdict, values)]
    )


def _basis(verdict: Verdict, values: Substitution) -> Inlines:
    """Return the facts that a verdict is based on as `Based on arm[…]: accuracy.mean 0.88, …; test: alpha 0.05.`"""
    names_by_owner: dict[str, list[tuple[str, str]]] = {}
    for fact_id in filter(values.has_entry, verdict.facts):
        owner, name = _owner_and_name(fact_id)
        names_by_owner.setdefault(owner, []).append((name, fact_id))
    if not names_by_owner:
        return []
    basis: Inlines = [SPACE, *words("Based on")]
    for position, (owner, facts) in enumerate(names_by_owner.items()):
        basis += [*words(";" if position else ""), SPACE, code(owner)]
        for index, (name, fact_id) in enumerate(facts):
            named = [code(name), SPACE] if name else []
            basis += [*words("," if index else ":" if name else ""), SPACE, *named, *values.fact(fact_id)]
    return [*basis, *words(".")]


def _owner_and_name(fact_id: str) -> tuple[str, str]:
    """Split an id into its subject with any prefix, and its name: `arm[…]` and `accuracy.mean`, `test` and `alpha`."""
    parsed = parse_fact_id(fact_id)
    if parsed.subject is None:
        owner, _, name = fact_id.partition(".")
        return owner, name
    return fact_id.removesuffix(f".{parsed.name}"), parsed.name


def _joined(parts: Iterable[str]) -> Inlines:
    joined: Inlines = []
    for part in parts:
        joined += [*(words(" · ") if joined else []), code(part)]
    return joined


def _entry(anchor: str, content: Inlines) -> Element:
    return division(anchor, "entry", [paragraph(content)])
