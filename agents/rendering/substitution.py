"""What stands on paper for a placeholder: a value linked to its provenance, a verdict's words, a citation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.documents.references import Named, verdict_id
from agents.documents.spec_path import spec_text, spec_value
from agents.facts.fact import Fact
from agents.facts.number_format import shown
from agents.facts.subject import parse_fact_id
from agents.rendering import pandoc_ast as tree
from agents.rendering.citations import Bibliography
from agents.rendering.pandoc_ast import Nodes


@dataclass(frozen=True)
class Showing:
    """`is_rich`: links carry what a pointer shows over them, which Markdown cannot say without HTML."""

    book: Book
    named: Named
    works: Bibliography
    is_rich: bool = True
    _anchors: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._anchors.update({f"f:{name}": f"fact-{at}" for at, name in enumerate(self.numbers, start=1)})
        self._anchors.update({f"v:{name}": f"verdict-{at}" for at, name in enumerate(self.named.verdicts, start=1)})

    def __call__(self, one: Placeholder, begins: bool) -> Nodes:
        """Every name was checked before (see naming)."""
        match one.kind:
            case "f":
                return self.fact(one.name)
            case "v":
                return self._verdict(one.name)
            case "cite":
                return self.works.citation(one.name, is_subject=begins)
            case "ref":
                return [tree.link(tree.words(self.named.exhibits[one.name]), f"#{exhibit_anchor(one.name)}")]
            case _:
                return tree.words(spec_text(spec_value(self.book.spec, one.name)))

    def is_told(self, name: str) -> bool:
        """Whether the appendix tells of this fact."""
        return f"f:{name}" in self._anchors

    @property
    def numbers(self) -> tuple[str, ...]:
        """The facts that the appendix tells of."""
        return tuple(name for name in self.named.facts if is_number(self.book.facts[name]))

    def anchor(self, kind: str, name: str) -> str:
        return self._anchors[f"{kind}:{name}"]

    def fact(self, name: str) -> Nodes:
        fact = self.book.facts[name]
        if not is_number(fact):
            return tree.words(shown(fact))
        return [self._link(tree.words(shown(fact)), self.anchor("f", name), _tooltip(fact), "fact", name)]

    def _verdict(self, name: str) -> Nodes:
        verdict = self.book.verdicts[verdict_id(name)]
        part = name.removeprefix(verdict.id)
        text = {".sentence": verdict.sentence, ".conclusion": verdict.conclusion}.get(part, verdict.words)
        return [self._link(tree.words(text), self.anchor("v", verdict.id), verdict.sentence, "verdict", verdict.id)]

    def _link(self, content: Nodes, anchor: str, title: str, kind: str, name: str) -> dict[str, Any]:
        if not self.is_rich:
            return tree.link(content, f"#{anchor}")
        return tree.link(content, f"#{anchor}", title, kind=kind, data={f"data-{kind}": name})


def is_number(fact: Fact) -> bool:
    """Whether readers may ask where it comes from: words and names of runs stand for themselves."""
    fact_id = parse_fact_id(fact.id)
    is_name = fact_id.kind == "run" and fact_id.name == "id"
    return not is_name and (fact.unit != "text" or any(map(str.isdigit, shown(fact))))


def exhibit_anchor(name: str) -> str:
    return f"exhibit-{name}"


def _tooltip(fact: Fact) -> str:
    return f"{shown(fact)}: {fact.label}, n = {fact.n}; {fact.id}; {fact.source.file}"
