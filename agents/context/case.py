"""Define a case, which is all that analysts and writers may read, and its book, the index for placeholders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from agents.context.baselines import RecordedBaseline
from agents.context.library import Entry
from agents.context.results import Results
from agents.facts.fact import Fact, by_id
from agents.facts.series import Series
from agents.facts.verdict import Verdict
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.design import PlannedTest
from compiler.plan.genealogy_entry import GenealogyEntry, Modification
from compiler.plan.planned_test import planned_test
from compiler.registration.history import Registration
from compiler.spec.compare import Claim, Compare


@dataclass(frozen=True)
class Book:
    """Everything that placeholders may refer to, by id: `{{f:…}}`, `{{v:…}}`, `{{cite:…}}`, and paths into the spec."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
    library: Mapping[str, Entry] = field(default_factory=dict)

    @cached_property
    def test(self) -> PlannedTest | None:
        """The registered test, if the spec has one."""
        if not self.spec.get("compare"):
            return None
        compare = Compare.model_validate({"control": None, **self.spec["compare"]})  # a control of null is not stored
        claims = [Claim.model_validate(claim) for claim in self.spec.get("claims", ())]
        searched = (self.spec.get("search") or {}).get("space", {})
        points = [
            {key: value for key, value in point["overrides"].items() if key not in searched}
            for point in self.spec.get("points", ())
        ]
        return planned_test(compare, claims, points, self.spec.get("folds"))

    def with_findings(self, facts: Iterable[Fact], verdicts: Iterable[Verdict]) -> Book:
        """Return the book with the facts and verdicts of an analysis added.

        Raises:
            DuplicateFact: Two different facts have the same id.
        """
        all_verdicts = {**self.verdicts, **{verdict.id: verdict for verdict in verdicts}}
        return replace(self, facts=by_id([*self.facts.values(), *facts]), verdicts=all_verdicts)


@dataclass(frozen=True)
class Case:
    """Everything that an analyst or writer may read about an experiment."""

    experiment_id: str
    book: Book
    registration: Registration | None
    results: Results
    series: tuple[Series, ...] = ()
    genealogy: tuple[GenealogyEntry, ...] = ()
    baselines: tuple[RecordedBaseline, ...] = ()

    @property
    def spec(self) -> Mapping[str, Any]:
        """The content of experiment.json."""
        return self.book.spec

    @property
    def test(self) -> PlannedTest | None:
        """The registered test, if the spec has one."""
        return self.book.test

    @cached_property
    def points(self) -> tuple[PlannedPoint, ...]:
        return tuple(map(PlannedPoint.from_json, self.spec.get("points", ())))

    @cached_property
    def modifications(self) -> tuple[Modification, ...]:
        """The changes from the parent."""
        return tuple(map(Modification.from_json, self.spec.get("modifications", ())))

    @property
    def swept_keys(self) -> tuple[str, ...]:
        """The keys that the points set, in the order of the sweep."""
        return tuple(dict.fromkeys(key for point in self.points for key in point.overrides))
