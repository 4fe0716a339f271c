"""Test whether treatments that were not supported are equivalent to the control.

A contrast that is not significant is not evidence of equivalence. Evidence of equivalence needs an equivalence test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agents.context.case import Case
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.number_format import format_exact, format_p_equals, format_quantity
from agents.facts.subject import contrast_subject, parse_subject
from agents.facts.text_case import capitalized
from agents.facts.units import unit_of
from agents.facts.verdict import EquivalenceOutcome, Verdict
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Contrast
from agents.statistics import Equivalence, UnusableSample, equivalence_test

Values = Sequence[float]
_MIN_RUNS = 3  # of each arm; for an arm with two runs, only the values are reported
_MARGIN = "test.minimum_effect"
_NUMBERS = ("difference", "low", "high", "confidence", "p")


@dataclass(frozen=True)
class EquivalenceResult:
    """An equivalence test of one contrast of the registered test.

    `confidence`, in percent, is the level of the interval that the result is based on. `p_of_contrast` is the fact with
    the p of the contrast. The equivalence test is computed from the inputs of this fact.
    """

    contrast: Verdict
    comparison: Comparison
    treatment: str
    test: Equivalence
    confidence: float
    n: tuple[int, int]
    p_of_contrast: Fact

    @property
    def key(self) -> str:
        return str(replace(parse_subject(self.contrast.id), kind="equivalence"))

    @property
    def setting(self) -> str:
        return f"{self.comparison.test.factor} = {self.treatment}"


def equivalence_results(case: Case) -> Iterator[EquivalenceResult]:
    """Yield an equivalence test of each refuted or inconclusive contrast, if a minimum effect was registered.

    The minimum effect is the margin. The contrasts of the family share alpha. The test ignores that runs are paired,
    which makes it stricter for paired runs. There is no test with blocks, and none of arms with failed runs, because
    their completed runs alone do not show that they are alike. A test with several claims can register equivalence as
    one of them, so nothing is tested in addition.
    """
    comparison = case.results.comparison
    if comparison is None or not comparison.test.minimum_effect or comparison.test.block:
        return
    if len(comparison.test.claims) > 1:
        return
    complete = {arm.level for arm in comparison.arms if not arm.failed}
    for contrast in _superiority_contrasts(comparison):
        if not complete >= {contrast.treatment, comparison.test.control}:
            continue
        samples = comparison.values_of(contrast.treatment), comparison.values_of(comparison.test.control)
        if contrast.conclusion in ("inconclusive", "refuted") and min(map(len, samples)) >= _MIN_RUNS:
            yield from _result(case, comparison, contrast.treatment, samples)


def _superiority_contrasts(comparison: Comparison) -> list[Contrast]:
    """Return the contrasts of superiority claims on the metric of the test, with each treatment once."""
    by_treatment: dict[str, Contrast] = {}
    for contrast in comparison.contrasts:
        if contrast.type == "superiority" and contrast.metric == comparison.test.metric:
            by_treatment.setdefault(contrast.treatment, contrast)
    return list(by_treatment.values())


def equivalence_facts(result: EquivalenceResult) -> Iterator[Fact]:
    """Yield difference, interval and p, all post hoc."""
    facts = FactBuilder(result.key, result.key, result.p_of_contrast.source, equivalence_test, is_post_hoc=True)
    metric, inputs = result.comparison.test.metric, (*result.p_of_contrast.inputs, _MARGIN)
    difference = f"the difference of mean {metric}, {result.setting} against {result.comparison.test.control}"
    for name, value, unit, label in (
        ("difference", result.test.difference, unit_of(metric), difference),
        ("low", result.test.low, unit_of(metric), f"lower limit of {difference}"),
        ("high", result.test.high, unit_of(metric), f"upper limit of {difference}"),
        ("confidence", result.confidence, "percent", f"confidence level of the interval of {difference}"),
        ("p", result.test.p, "p", f"p of the claim that it is within the registered minimum effect: {difference}"),
    ):
        yield facts.fact(name, value, unit, label, n=sum(result.n), inputs=inputs)


def equivalence_verdict(result: EquivalenceResult) -> Verdict:
    test, is_equivalent = result.comparison.test, result.test.is_equivalent
    margin = f"within {format_exact(test.minimum_effect)} of that with {test.control}"
    hedge = "" if is_equivalent else "the runs do not establish that "
    words = f"in a post hoc test of equivalence, {hedge}{test.metric} with {result.setting} is {margin}"
    sentence = f"{capitalized(words)} ({_numbers(result)}). The test was not registered."
    facts = (*(f"{result.key}.{name}" for name in _NUMBERS), _MARGIN)
    conclusion: EquivalenceOutcome = "alike" if is_equivalent else "not shown alike"
    return Verdict(result.key, conclusion, words, sentence, result.contrast.subjects, facts, is_post_hoc=True)


def _result(
    case: Case, comparison: Comparison, treatment: str, samples: tuple[Values, Values]
) -> Iterator[EquivalenceResult]:
    """Yield the test of one contrast, nothing if the runs do not vary."""
    alpha = comparison.test.alpha / comparison.family_size
    contrast = str(contrast_subject(comparison.test.factor, treatment, comparison.test.control))
    try:
        test = equivalence_test(*samples, comparison.test.minimum_effect, alpha)
    except UnusableSample:
        return  # the performance analyst reports identical runs
    yield EquivalenceResult(
        case.book.verdicts[contrast],
        comparison,
        treatment,
        test,
        round(100 * (1 - 2 * alpha), 10),
        (len(samples[0]), len(samples[1])),
        case.book.facts[f"{contrast}.{comparison.test.metric}.p"],
    )


def _numbers(result: EquivalenceResult) -> str:
    unit, test = unit_of(result.comparison.test.metric), result.test
    difference, low, high = (format_quantity(value, unit) for value in (test.difference, test.low, test.high))
    interval = f"{format_quantity(result.confidence, 'percent')} confidence interval {low} to {high}"
    n = f"n = {result.n[0]} and {result.n[1]}"
    return f"mean difference {difference}, {interval}, p {format_p_equals(test.p)}, {n}"
