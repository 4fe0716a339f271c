"""Read the properties of a case by which writers choose sentences. Texts contain placeholders instead of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from agents.context.case import Case
from agents.facts.fact import Value
from agents.facts.subject import FactId, Subject, parse_fact_id, run_subject
from agents.facts.verdict import HYPOTHESIS
from agents.writers.shared.template_text import fact, join_with_and

NONE = "–"  # the table cell of a missing value


@dataclass(frozen=True)
class CaseView:
    """A case and the properties by which writers choose sentences and tables."""

    case: Case

    def has(self, name: str) -> bool:
        """Return whether the fact exists and has a value."""
        return self.value(name) is not None

    def value(self, name: str) -> Value:
        """Return the value of a fact, None if there is no such fact."""
        fact = self.case.book.facts.get(name)
        return None if fact is None else fact.value

    def count(self, name: str) -> int:
        """Return the value of a fact as a whole number, 0 if it is missing."""
        value = self.value(name)
        return int(value) if isinstance(value, int | float) else 0

    def spec_has(self, path: str) -> bool:
        """Return whether the spec sets this key to a value that is not empty."""
        return bool(self.case.spec.get(path))

    @cached_property
    def metric(self) -> str:
        """The metric by which arms are compared, "" if none was measured."""
        return str(self.value("test.metric") or self.value("experiment.metric") or "")

    @property
    def _ids(self) -> Iterator[FactId]:
        return map(parse_fact_id, self.case.book.facts)

    @cached_property
    def arms(self) -> tuple[str, ...]:
        """The subjects of the arms, such as `arm[model.lr=0.01]`."""
        return tuple(str(fact_id.subject) for fact_id in self._ids if fact_id.kind == "arm" and fact_id.name == "n")

    @cached_property
    def contrasts(self) -> Mapping[str, str]:
        """The subject of each contrast of the test, mapped to the subject of its treatment's arm."""
        subjects = (fact_id.subject for fact_id in self._differences)
        return {str(subject): str(Subject("arm", subject.settings[0])) for subject in subjects if subject}

    @cached_property
    def contrast_metrics(self) -> Mapping[str, str]:
        """The metric of each contrast, by its subject. Claims may concern different metrics."""
        return {str(fact_id.subject): fact_id.name.removesuffix(".difference") for fact_id in self._differences}

    @property
    def _differences(self) -> Iterator[FactId]:
        """The ids of the differences of the registered test."""
        for fact_id in self._ids:
            is_of_contrast = fact_id.subject is not None and fact_id.subject.kind == "contrast" and not fact_id.prefix
            if is_of_contrast and fact_id.name.endswith(".difference"):
                yield fact_id

    @property
    def has_measured_contrasts(self) -> bool:
        """Whether the difference of at least one contrast was measured."""
        return any(self.has(self.of_contrast(contrast, "difference")) for contrast in self.contrasts)

    @property
    def is_adjusted(self) -> bool:
        """Whether p is adjusted over several contrasts."""
        return self.count("test.family_size") > 1

    @cached_property
    def points(self) -> tuple[tuple[int, str], ...]:
        """Index and name of each point of the spec whose run has facts."""
        names = enumerate(point.name for point in self.case.points)
        return tuple((index, name) for index, name in names if self.has(f"{run_subject(name)}.id"))

    @property
    def swept(self) -> tuple[str, ...]:
        """The keys that the points set, in the order of the sweep."""
        return self.case.swept_keys

    @property
    def mixed(self) -> tuple[str, ...]:
        """The keys other than the seed that differ between runs of the same arm."""
        factor = self.value("test.factor")
        return tuple(key for key in self.swept if key not in ("seed", factor)) if factor else ()

    @property
    def shared_conditions(self) -> str:
        """Conditions that all runs share: `the same data set, the same split and the same model`, "" if none.

        Nothing is known of the data and the split of a training that is a function or a command.
        """
        if self.has_own_training:
            return ""
        shared = [] if "data" in self.swept else ["the same data set", "the same split"]
        shared += [] if "model" in self.swept else ["the same model"]
        return join_with_and(shared) if shared else ""

    @property
    def has_own_training(self) -> bool:
        """Whether a function or a command of the lab trains, which loads its data itself."""
        return self.has("training.code")

    @property
    def has_test(self) -> bool:
        return self.case.test is not None

    @property
    def test(self) -> str:
        """The phrase that names the test. It is called registered only if it was before its runs."""
        return "the registered test" if self.is_registered else "the test of the spec"

    @property
    def is_registered(self) -> bool:
        """Whether the test was registered before all runs that it rests on."""
        return self.case.registration is not None and not self.value("registration.post_hoc")

    @property
    def is_registered_before_any_run(self) -> bool:
        """Whether the test was registered before all runs of the experiment."""
        return self.is_registered and not self.count("registration.known_runs")

    @property
    def conclusion(self) -> str:
        verdict = self.case.book.verdicts.get(HYPOTHESIS)
        return verdict.conclusion if verdict else "untestable"

    def failed_points(self) -> Iterator[tuple[int, str]]:
        yield from ((index, name) for index, name in self.points if self.has(f"{run_subject(name)}.failure"))

    def setting(self, arm: str) -> str:
        """Return the template that names an arm: `model.lr = 0.01`, or its whole setting if no test names a factor."""
        level = fact(f"{arm}.level")
        return f"{fact('test.factor')} = {level}" if self.has("test.factor") else level

    def of_metric(self, subject: str, statistic: str) -> str:
        """Return the id of a fact about the metric by which arms are compared."""
        return f"{subject}.{self.metric}.{statistic}"

    def of_contrast(self, contrast: str, statistic: str) -> str:
        """Return the id of a fact about a contrast."""
        return f"{contrast}.{self.contrast_metrics[contrast]}.{statistic}"

    def cell(self, name: str) -> str:
        """Return a table cell: the placeholder of a fact, or a dash if it has no value."""
        return fact(name) if self.has(name) else NONE
