"""What a writer needs to know of a case to choose its sentences: never to compute a number of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from agents.context.case import Case
from agents.facts.subject import FactId, Subject, parse_fact_id, run_subject

HYPOTHESIS = "hypothesis"


def fact(name: str) -> str:
    """The placeholder of a fact."""
    return f"{{{{f:{name}}}}}"


def verdict(name: str) -> str:
    return f"{{{{v:{name}}}}}"


def spec(path: str) -> str:
    return f"{{{{spec:{path}}}}}"


def ref(exhibit: str) -> str:
    return f"{{{{ref:{exhibit}}}}}"


@dataclass(frozen=True)
class CaseView:
    case: Case

    def has(self, name: str) -> bool:
        """Whether there is such a fact with a value."""
        return self.value(name) is not None

    def value(self, name: str) -> float | int | str | bool | None:
        found = self.case.book.facts.get(name)
        return None if found is None else found.value

    def count(self, name: str) -> int:
        """A whole number; what is not known counts nothing."""
        value = self.value(name)
        return int(value) if isinstance(value, int | float) else 0

    def told(self, path: str) -> bool:
        """Whether the spec says anything there."""
        return bool(self.case.spec.get(path))

    @cached_property
    def metric(self) -> str:
        return str(self.value("test.metric") or self.value("experiment.metric") or "")

    @property
    def _ids(self) -> Iterator[FactId]:
        return map(parse_fact_id, self.case.book.facts)

    @cached_property
    def arms(self) -> tuple[str, ...]:
        """Subjects, such as `arm[model.lr=0.01]`."""
        return tuple(str(fact_id.subject) for fact_id in self._ids if fact_id.kind == "arm" and fact_id.name == "n")

    @cached_property
    def contrasts(self) -> Mapping[str, str]:
        """Subject of each contrast of the registered test -> the subject of its treatment's arm."""
        return {
            str(fact_id.subject): str(Subject("arm", fact_id.subject.settings[0]))
            for fact_id in self._ids
            if fact_id.subject and fact_id.kind == "contrast" and fact_id.name.endswith(".difference")
        }

    @cached_property
    def points(self) -> tuple[tuple[int, str], ...]:
        """Index and name of each point of the spec whose run there are facts of."""
        named = enumerate(str(point["name"]) for point in self.case.spec.get("points") or ())
        return tuple((at, name) for at, name in named if self.has(f"{run_subject(name)}.id"))

    @property
    def swept(self) -> tuple[str, ...]:
        """What the points set, in the order of the sweep."""
        every = (key for point in self.case.spec.get("points") or () for key in point.get("overrides") or ())
        return tuple(dict.fromkeys(every))

    @property
    def mixed(self) -> tuple[str, ...]:
        """What else than the seed differs between the runs of an arm."""
        factor = self.value("test.factor")
        return tuple(key for key in self.swept if key not in ("seed", factor)) if factor else ()

    @property
    def has_test(self) -> bool:
        return bool(self.case.spec.get("compare"))

    @property
    def test(self) -> str:
        """What the test is called: nothing was registered where no registration was written."""
        return "the test of the spec" if self.case.registration is None else "the registered test"

    @property
    def conclusion(self) -> str:
        found = self.case.book.verdicts.get(HYPOTHESIS)
        return found.conclusion if found else "untestable"

    def failed_points(self) -> Iterator[tuple[int, str]]:
        yield from ((at, name) for at, name in self.points if self.has(f"{run_subject(name)}.failure"))

    def setting(self, arm: str) -> str:
        """How an arm is called: `model.lr = 0.01`, or all that was set where no test names a factor."""
        level = fact(f"{arm}.level")
        return f"{fact('test.factor')} = {level}" if self.has("test.factor") else level

    def of_metric(self, subject: str, what: str) -> str:
        """The id of a fact on the metric that arms are compared by."""
        return f"{subject}.{self.metric}.{what}"


def capitalized(text: str) -> str:
    """The text as a sentence begins."""
    return f"{text[:1].upper()}{text[1:]}"


def noun(count: int, singular: str, plural: str = "") -> str:
    return singular if count == 1 else plural or f"{singular}s"


def join_with_and(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = items
    return f"{', '.join(others)} and {last}" if others else last


def fact_or_dash(evidence: CaseView, name: str) -> str:
    """A table's cell."""
    return fact(name) if evidence.has(name) else "–"
