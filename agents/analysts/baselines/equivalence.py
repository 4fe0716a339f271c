"""Whether treatments that were not supported are alike to the control: "not significant" shows nothing of the sort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from agents.context.case import Case
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.number_format import format_exact, format_p_equals, format_quantity
from agents.facts.subject import contrast_subject, parse_subject
from agents.facts.units import unit_of
from agents.facts.verdict import EquivalenceOutcome, Verdict
from agents.registered_test.comparison import Comparison
from agents.statistics import Equivalence, UnusableSample, equivalence_test

Values = Sequence[float]
_ENOUGH = 3  # runs of each arm: of two runs both values are told, and nothing is concluded
_MARGIN = "test.minimum_effect"
_NUMBERS = ("difference", "low", "high", "confidence", "p")


@dataclass(frozen=True)
class EquivalenceResult:
    """One contrast of the registered test, looked at again. `confidence`, in percent, is that of the limits that the
    judgement was made from; `measured` are the facts that the contrast's own p was computed from."""

    contrast: Verdict
    comparison: Comparison
    treatment: str
    found: Equivalence
    confidence: float
    n: tuple[int, int]
    measured: Fact

    @property
    def key(self) -> str:
        return str(replace(parse_subject(self.contrast.id), kind="equivalence"))

    @property
    def settings(self) -> str:
        return f"{self.comparison.test.factor} = {self.treatment}"


def equivalence_results(case: Case) -> Iterator[EquivalenceResult]:
    """Of each contrast that could have been supported and was not, where an effect was registered as one that counts.

    The contrasts of the family share alpha. Of paired runs it ignores the pairs, which makes it the stricter test.
    """
    comparison = case.results.comparison
    if comparison is None or not comparison.test.minimum_effect:
        return
    for contrast in comparison.contrasts:
        pair = comparison.values_of(contrast.treatment), comparison.values_of(comparison.test.control)
        if contrast.conclusion in ("inconclusive", "refuted") and min(map(len, pair)) >= _ENOUGH:
            yield from _tested(case, comparison, contrast.treatment, pair)


def equivalence_facts(one: EquivalenceResult) -> Iterator[Fact]:
    """All post hoc."""
    about = FactBuilder(one.key, one.key, one.measured.source, equivalence_test, is_post_hoc=True)
    metric, inputs = one.comparison.test.metric, (*one.measured.inputs, _MARGIN)
    versus = f"the difference of mean {metric}, {one.settings} against {one.comparison.test.control}"
    for name, value, unit, label in (
        ("difference", one.found.difference, unit_of(metric), versus),
        ("low", one.found.low, unit_of(metric), f"lower limit of {versus}"),
        ("high", one.found.high, unit_of(metric), f"upper limit of {versus}"),
        ("confidence", one.confidence, "percent", f"confidence level of the limits of {versus}"),
        ("p", one.found.p, "p", f"p of the claim that it lies within the registered minimum: {versus}"),
    ):
        yield about.fact(name, value, unit, label, n=sum(one.n), inputs=inputs)


def equivalence_verdict(one: EquivalenceResult) -> Verdict:
    comparison, is_shown = one.comparison, one.found.is_equivalent
    within = f"within {format_exact(comparison.test.minimum_effect)} of that with {comparison.test.control}"
    hedge = "" if is_shown else "the runs do not establish that "
    words = f"in a post hoc test of equivalence, {hedge}{comparison.test.metric} with {one.settings} lies {within}"
    sentence = f"{words[:1].upper()}{words[1:]} ({_numbers(one)}). The test was not registered."
    facts = (*(f"{one.key}.{name}" for name in _NUMBERS), _MARGIN)
    conclusion: EquivalenceOutcome = "alike" if is_shown else "not shown alike"
    return Verdict(one.key, conclusion, words, sentence, one.contrast.subjects, facts, is_post_hoc=True)


def _tested(
    case: Case, comparison: Comparison, treatment: str, pair: tuple[Values, Values]
) -> Iterator[EquivalenceResult]:
    alpha = comparison.test.alpha / comparison.family_size
    contrast = str(contrast_subject(comparison.test.factor, treatment, comparison.test.control))
    try:
        found = equivalence_test(pair[0], pair[1], comparison.test.minimum_effect, alpha)
    except UnusableSample:
        return  # nothing varies: another analyst tells that seeds may not be in effect
    yield EquivalenceResult(
        case.book.verdicts[contrast],
        comparison,
        treatment,
        found,
        round(100 * (1 - 2 * alpha), 10),
        (len(pair[0]), len(pair[1])),
        case.book.facts[f"{contrast}.{comparison.test.metric}.p"],
    )


def _numbers(one: EquivalenceResult) -> str:
    unit = unit_of(one.comparison.test.metric)
    difference, low, high = (
        format_quantity(each, unit) for each in (one.found.difference, one.found.low, one.found.high)
    )
    limits = f"{format_quantity(one.confidence, 'percent')} interval {low} to {high}"
    return f"difference {difference}, {limits}, p {format_p_equals(one.found.p)}, n = {one.n[0]} and {one.n[1]}"
