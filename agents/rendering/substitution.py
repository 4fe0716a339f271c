"""Replace placeholders by values that link to their provenance, by texts of verdicts, or by citations."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents.context.case import Book
from agents.documents.document_references import References, verdict_id
from agents.documents.placeholders import Placeholder
from agents.documents.plain_text import verdict_text
from agents.documents.spec_path import spec_text, spec_value
from agents.facts.fact import Fact
from agents.facts.number_format import format_fact
from agents.facts.subject import parse_fact_id
from agents.rendering.bibliography import Bibliography
from agents.rendering.pandoc_ast import Element, Inlines, attributes, link, plain_text, without_invisible, words

_MAX_UNBROKEN_LINK = 24  # characters; the style sheet allows line breaks in longer links


@dataclass(frozen=True)
class Substitution:
    """The replacement of placeholders in one document.

    `is_rich` adds tooltips and data attributes to links. Markdown cannot express them without HTML.
    """

    book: Book
    references: References
    bibliography: Bibliography
    is_rich: bool = True
    _anchors: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        verdicts = self.references.verdicts
        self._anchors.update({f"f:{name}": f"fact-{n}" for n, name in enumerate(self.traceable_facts, start=1)})
        self._anchors.update({f"v:{name}": f"verdict-{n}" for n, name in enumerate(verdicts, start=1)})

    def __call__(self, placeholder: Placeholder, begins_sentence: bool) -> Inlines:
        """Return the value of a placeholder, whose name exists (`collect_references` checks that)."""
        name = placeholder.name
        match placeholder.kind:
            case "f":
                return self.fact(name)
            case "v":
                return self._verdict(name)
            case "cite":
                return self.bibliography.citation(name, is_subject=begins_sentence)
            case "ref":
                return [link(words(self.references.exhibits[name]), f"#{exhibit_anchor(name)}")]
            case _:
                return words(spec_text(spec_value(self.book.spec, name)))

    @property
    def traceable_facts(self) -> tuple[str, ...]:
        """The facts that have an entry in the provenance appendix."""
        return tuple(name for name in self.references.facts if is_traceable(self.book.facts[name]))

    def has_entry(self, fact: str) -> bool:
        return f"f:{fact}" in self._anchors

    def anchor(self, kind: str, name: str) -> str:
        return self._anchors[f"{kind}:{name}"]

    def fact(self, name: str) -> Inlines:
        fact = self.book.facts[name]
        if not is_traceable(fact):
            return words(format_fact(fact))
        return [self._link(words(format_fact(fact)), self.anchor("f", name), _tooltip(fact), "fact", name)]

    def _verdict(self, name: str) -> Inlines:
        verdict = self.book.verdicts[verdict_id(name)]
        text = verdict_text(verdict, name)
        return [self._link(words(text), self.anchor("v", verdict.id), verdict.sentence, "verdict", verdict.id)]

    def _link(self, content: Inlines, anchor: str, tooltip: str, kind: str, name: str) -> Element:
        url = f"#{anchor}"
        if not self.is_rich:
            return link(content, url)
        is_long = kind == "fact" and len(plain_text(content)) > _MAX_UNBROKEN_LINK
        classes = [kind, "long"] if is_long else [kind]
        return link(
            content, url, without_invisible(tooltip), attributes(classes=classes, values={f"data-{kind}": name})
        )


def is_traceable(fact: Fact) -> bool:
    """Check whether a fact has a provenance entry. Texts without digits and names of runs have none."""
    fact_id = parse_fact_id(fact.id)
    is_run_name = fact_id.kind == "run" and fact_id.name == "id"
    return not is_run_name and (fact.unit != "text" or any(map(str.isdigit, format_fact(fact))))


def exhibit_anchor(name: str) -> str:
    return f"exhibit-{name}"


def _tooltip(fact: Fact) -> str:
    return f"{format_fact(fact)}: {fact.label}, n = {fact.n}; {fact.id}; {fact.source.file}"
