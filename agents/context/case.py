"""What agents know of an experiment: the spec and what code found, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agents.context.library import Entry
from agents.context.results import Results
from agents.facts.fact import Fact, by_id
from agents.facts.series import Series
from agents.facts.verdict import Verdict


@dataclass(frozen=True)
class Book:
    """What a placeholder may name, by id: `{{f:…}}`, `{{v:…}}`, `{{cite:…}}`, and paths into the spec."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
    library: Mapping[str, Entry] = field(default_factory=dict)

    def with_findings(self, facts: Iterable[Fact], verdicts: Iterable[Verdict]) -> Book:
        """Also what an analyst found.

        Raises:
            DuplicateFact: two facts of one id differ.
        """
        known = {**self.verdicts, **{one.id: one for one in verdicts}}
        return replace(self, facts=by_id([*self.facts.values(), *facts]), verdicts=known)


@dataclass(frozen=True)
class Case:
    """An experiment as analysts and writers see it."""

    experiment_id: str
    book: Book
    registration: Mapping[str, Any] | None  # registration.json
    results: Results
    series: tuple[Series, ...] = ()
    genealogy: tuple[Mapping[str, Any], ...] = ()  # genealogy.json: entries
    baselines: tuple[Mapping[str, Any], ...] = ()  # conf/baseline/*.yaml that name this metric

    @property
    def spec(self) -> Mapping[str, Any]:
        """experiment.json."""
        return self.book.spec
