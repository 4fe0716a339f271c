"""Extract the facts of the registered test: its settings and the result of each contrast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.extraction.evidence import Evidence
from agents.extraction.groups import Group
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Value
from agents.facts.number_format import FIXED
from agents.facts.subject import arm_subject, contrast_subject, run_subject
from agents.facts.units import unit_of
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.decision import compare
from agents.registered_test.family import decide_family
from agents.registered_test.measurement import claim_p, measure_claim
from agents.statistics import holm


def contrast_facts(evidence: Evidence, arms: Sequence[Group]) -> Iterator[Fact]:
    """Yield the facts of the registered test, if there is one.

    They are post hoc if the registration was changed after runs had finished.
    """
    comparison = evidence.comparison
    if comparison is None:
        return
    yield from _test_facts(evidence, comparison)
    for contrast in _contrasts(evidence, comparison, arms):
        yield from (*contrast.effect_sizes(), *contrast.interval(), *contrast.p_values(), *contrast.counts())


def _test_facts(evidence: Evidence, comparison: Comparison) -> Iterator[Fact]:
    source, is_post_hoc = evidence.results.source, evidence.results.content.is_post_hoc
    builder = FactBuilder("test", "experiment", source, compare, is_post_hoc)
    test, required_n = comparison.test, comparison.required_n
    without_n = "no number is sufficient" if comparison.verdict == "untestable" else "these runs are sufficient"
    for name, value, unit, label in (
        ("alpha", test.alpha, FIXED, "registered significance level"),
        ("minimum_effect", test.minimum_effect, FIXED, "registered minimum effect"),
        ("family_size", comparison.family_size, "contrasts", "contrasts that share alpha"),
        ("floor", comparison.floor, "p", "smallest adjusted p attainable with these runs"),
        (
            "required_n",
            required_n,
            "runs",
            "runs per arm (pairs) that the test requires" + ("" if required_n is not None else f": {without_n}"),
        ),
        ("factor", test.factor, "text", "factor whose levels are compared"),
        ("control", test.control, "level", "level that the others are compared with"),
        ("metric", test.metric, "text", "metric of the registered test"),
        ("goal", test.goal, "text", "direction of the registered test"),
        ("method", comparison.method, "text", "method of the registered test"),
    ):
        yield builder.fact(name, value, unit, label)
    yield builder.fact("notes", len(comparison.notes), "notes", "warnings about the compared runs")
    for number, note in enumerate(comparison.notes, start=1):
        yield builder.fact(f"note[{number}]", note, "text", "warning about the compared runs")


@dataclass(frozen=True)
class _ContrastFacts:
    """One contrast, and the ids of the facts that its numbers were computed from."""

    builder: FactBuilder
    contrast: Contrast
    metric: str
    versus: str
    runs: tuple[str, ...]
    means: tuple[str, ...]
    family: tuple[str, ...]  # the unadjusted p of every contrast

    def fact(
        self,
        name: str,
        value: Value,
        label: str,
        unit: str,
        inputs: Sequence[str],
        function: Callable[..., Any] | None = None,
    ) -> Fact:
        """Return one fact of the contrast. `function` is the statistic, which did not run if there is no value."""
        n = self.contrast.n_treatment + self.contrast.n_control
        function = None if value is None else function
        return self.builder.fact(name, value, unit, f"{label}, {self.versus}", n=n, inputs=inputs, function=function)

    def effect_sizes(self) -> Iterator[Fact]:
        """Yield the difference in the unit of the metric, in standard deviations, and as a probability."""
        unit, mean_metric, contrast = unit_of(self.metric), f"mean {self.metric}", self.contrast
        yield self.fact(
            "difference", contrast.difference, f"difference of {mean_metric}", unit, self.means, measure_claim
        )
        improvement = f"difference of {mean_metric}, positive in the direction of the goal"
        yield self.fact("improvement", contrast.improvement, improvement, unit, self.means)
        label = f"difference of {mean_metric} in standard deviations (Hedges' g)"
        yield self.fact("hedges_g", contrast.hedges_g, label, "", self.runs, measure_claim)
        superiority = contrast.probability_of_superiority
        label = f"probability that a run of the treatment does better than one of the control in {self.metric}"
        yield self.fact("superiority", superiority, label, "share", self.runs, measure_claim)

    def interval(self) -> Iterator[Fact]:
        interval = self.contrast.interval
        unit, function = unit_of(self.metric), decide_family
        difference = f"the difference of mean {self.metric}"
        low, high = (interval.low, interval.high) if interval else (None, None)
        level = round(100 * interval.level, 10) if interval else None
        yield self.fact("low", low, f"lower confidence limit of {difference}", unit, self.runs, function)
        yield self.fact("high", high, f"upper confidence limit of {difference}", unit, self.runs, function)
        yield self.fact("confidence", level, f"confidence level of the limits of {difference}", "percent", (), function)

    def p_values(self) -> Iterator[Fact]:
        difference = f"the difference of mean {self.metric}"
        yield self.fact("p", self.contrast.p, f"p of {difference}", "p", self.runs, claim_p)
        yield self.fact(
            "p_adjusted", self.contrast.p_adjusted, f"Holm-adjusted p of {difference}", "p", self.family, holm
        )

    def counts(self) -> Iterator[Fact]:
        for arm, n in (("treatment", self.contrast.n_treatment), ("control", self.contrast.n_control)):
            yield self.fact(f"n_{arm}", n, f"runs (pairs) used of the {arm}", "runs", self.runs)


def _contrasts(evidence: Evidence, comparison: Comparison, arms: Sequence[Group]) -> Iterator[_ContrastFacts]:
    test, by_level = comparison.test, {arm.level: arm for arm in arms}
    contrasts = comparison.contrasts
    subjects = [str(contrast_subject(test.factor, contrast.treatment, test.control)) for contrast in contrasts]
    source, is_post_hoc = evidence.results.source, evidence.results.content.is_post_hoc
    for subject, contrast in zip(subjects, contrasts, strict=True):
        pair = [by_level[level] for level in (contrast.treatment, test.control) if level in by_level]
        yield _ContrastFacts(
            builder=FactBuilder(f"{subject}.{test.metric}", subject, source, measure_claim, is_post_hoc),
            contrast=contrast,
            metric=test.metric,
            versus=f"{test.factor}={contrast.treatment} against {test.control}",
            runs=tuple(f"{run_subject(run.point)}.{test.metric}" for arm in pair for run in arm.usable(test.metric)),
            means=tuple(f"{arm_subject(arm.levels)}.{test.metric}.mean" for arm in pair),
            family=tuple(f"{other}.{test.metric}.p" for other in subjects),
        )
