"""Extract the facts of each contrast of the registered test, and of the exploratory test over all runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.extraction.evidence import Evidence, RunFiles
from agents.extraction.measurements import finite_value
from agents.extraction.registered.contrast_ids import contrast_id, facts_prefix, metric_of
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Value
from agents.facts.ids import label as level_label
from agents.facts.subject import run_subject
from agents.facts.units import unit_of
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.registered_test.family import decide_family
from agents.registered_test.measurement import claim_p, measure_claim
from agents.statistics import holm


def contrast_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield the facts of every contrast. They are post hoc if the test that they belong to is not confirmatory."""
    results = evidence.results.content
    tests = (
        (results.comparison, evidence.tested_runs, False),
        (results.exploratory, evidence.runs, True),
    )
    for comparison, runs, is_exploratory in tests:
        for contrast in _contrasts(evidence, comparison, runs, is_exploratory=is_exploratory) if comparison else ():
            yield from (*contrast.effect_sizes(), *contrast.interval(), *contrast.p_values(), *contrast.counts())


@dataclass(frozen=True)
class _ContrastFacts:
    """One contrast, and the ids of the facts that its numbers were computed from."""

    builder: FactBuilder
    contrast: Contrast
    metric: str
    mean: str  # such as `mean accuracy`
    versus: str
    runs: tuple[str, ...]
    family: tuple[str, ...]  # the unadjusted p of every contrast over which p is adjusted

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
        unit, contrast, difference = unit_of(self.metric), self.contrast, f"difference of {self.mean}"
        yield self.fact("difference", contrast.difference, difference, unit, self.runs, measure_claim)
        improvement = f"{difference}, positive in the direction of the goal"
        yield self.fact("improvement", contrast.improvement, improvement, unit, self.runs)
        label = f"difference of mean {self.metric} in standard deviations (Hedges' g)"
        yield self.fact("hedges_g", contrast.hedges_g, label, "", self.runs, measure_claim)
        superiority = contrast.probability_of_superiority
        label = f"probability that a run of the treatment does better than one of the control in {self.metric}"
        yield self.fact("superiority", superiority, label, "share", self.runs, measure_claim)

    def interval(self) -> Iterator[Fact]:
        interval = self.contrast.interval
        unit, function = unit_of(self.metric), decide_family
        difference = f"the difference of {self.mean}"
        low, high = (interval.low, interval.high) if interval else (None, None)
        level = round(100 * interval.level, 10) if interval else None
        yield self.fact("low", low, f"lower confidence limit of {difference}", unit, self.runs, function)
        yield self.fact("high", high, f"upper confidence limit of {difference}", unit, self.runs, function)
        yield self.fact("confidence", level, f"confidence level of the limits of {difference}", "percent", (), function)

    def p_values(self) -> Iterator[Fact]:
        difference = f"the difference of {self.mean}"
        yield self.fact("p", self.contrast.p, f"p of {difference}", "p", self.runs, claim_p)
        for name, p in _parts_of_p(self.contrast):
            yield self.fact(f"p_{name}", p, f"p of {difference} by {name}", "p", self.runs, claim_p)
        adjusted = "Holm-adjusted p" if len(self.family) > 1 else "p, which needs no adjustment,"
        yield self.fact("p_adjusted", self.contrast.p_adjusted, f"{adjusted} of {difference}", "p", self.family, holm)

    def counts(self) -> Iterator[Fact]:
        for arm, n in (("treatment", self.contrast.n_treatment), ("control", self.contrast.n_control)):
            yield self.fact(f"n_{arm}", n, f"runs (pairs) used of the {arm}", "runs", self.runs)


def _parts_of_p(contrast: Contrast) -> Iterator[tuple[str, float | None]]:
    """Yield the p of each test. Those that few tests use exist only if the test uses them."""
    yield "permutation", contrast.p_permutation
    yield "welch", contrast.p_welch
    rare = {"items": contrast.p_items, "bootstrap": contrast.p_bootstrap, "corrected": contrast.p_corrected}
    yield from ((name, p) for name, p in rare.items() if p is not None)


def _contrasts(
    evidence: Evidence, comparison: Comparison, runs: Sequence[RunFiles], *, is_exploratory: bool
) -> Iterator[_ContrastFacts]:
    test, contrasts, source = comparison.test, comparison.contrasts, evidence.results.source
    is_post_hoc = is_exploratory or evidence.results.content.is_post_hoc
    mean = "interquartile mean" if test.aggregate == "iqm" else "mean"

    def prefix_of(contrast: Contrast) -> str:
        return facts_prefix(test, contrast, is_exploratory=is_exploratory)

    for contrast in contrasts:
        metric, levels = metric_of(test, contrast), (contrast.treatment, test.control)
        yield _ContrastFacts(
            builder=FactBuilder(prefix_of(contrast), contrast_id(test, contrast), source, measure_claim, is_post_hoc),
            contrast=contrast,
            metric=metric,
            mean=f"{mean} {metric}",
            versus=f"{test.factor}={contrast.treatment} against {test.control}",
            runs=tuple(_values(runs, test.factor, levels, metric)),
            family=tuple(f"{prefix_of(other)}.p" for other in comparison.family_of(contrast)),
        )


def _values(runs: Sequence[RunFiles], factor: str, levels: Sequence[str], metric: str) -> Iterator[str]:
    """Yield the ids of the values of both arms, the treatment first. Points that share a run count once."""
    for level in levels:
        at_level = [run for run in runs if factor in run.overrides and level_label(run.overrides[factor]) == level]
        for run in {run.run_id: run for run in reversed(at_level)}.values():
            if finite_value(run, metric) is not None:
                yield f"{run_subject(run.point)}.{metric}"
