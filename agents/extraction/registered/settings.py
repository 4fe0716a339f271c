"""Extract the settings of the registered test, its claims as code renders them, and its warnings."""

from __future__ import annotations

from collections.abc import Iterator

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Value
from agents.facts.number_format import FIXED
from agents.registered_test.comparison import Comparison
from agents.registered_test.decision import compare
from agents.registered_test.wording.failure_words import failure_rule
from agents.registered_test.wording.sentences import claim_name, claim_text

_Entry = tuple[str, Value, str, str]  # name, value, unit and label


def setting_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield the facts of the registered test, if there is one. They are post hoc if the test is not confirmatory."""
    comparison = evidence.comparison
    if comparison is None:
        return
    is_post_hoc = evidence.results.content.is_post_hoc
    builder = FactBuilder("test", "experiment", evidence.results.source, compare, is_post_hoc)
    for name, value, unit, label in (*_thresholds(comparison), *_rules(comparison)):
        yield builder.fact(name, value, unit, label)
    rule = failure_rule(comparison.test)
    yield builder.fact("failure_rule", rule, "text", "what the test does with failed runs", function=failure_rule)
    yield from _claims(builder, comparison)
    yield builder.fact("notes", len(comparison.notes), "notes", "warnings about the compared runs")
    for number, note in enumerate(comparison.notes, start=1):
        yield builder.fact(f"note[{number}]", note, "text", "warning about the compared runs")


def _thresholds(comparison: Comparison) -> Iterator[_Entry]:
    test, required_n = comparison.test, comparison.required_n
    yield "alpha", test.alpha, FIXED, "registered significance level"
    yield "look_alpha", comparison.alpha, FIXED, "significance level of this look"
    yield "minimum_effect", test.minimum_effect, FIXED, "registered minimum effect"
    yield "family_size", comparison.family_size, "contrasts", "contrasts that share alpha"
    yield "floor", comparison.floor, "p", "smallest adjusted p attainable with these runs"
    without_n = "more runs do not help" if comparison.verdict == "untestable" else "these runs are sufficient"
    missing = "" if required_n is not None else f": {without_n}"
    yield "required_n", required_n, "runs", f"runs per arm (pairs) that the test requires{missing}"


def _rules(comparison: Comparison) -> Iterator[_Entry]:
    test = comparison.test
    yield "factor", test.factor, "text", "factor whose levels are compared"
    yield "control", test.control, "level", "level that the others are compared with"
    yield "metric", test.metric, "text", "metric of the registered test"
    yield "goal", test.goal, "text", "direction of the registered test"
    yield "method", comparison.method, "text", "method of the registered test"
    yield "on_failure", test.on_failure, "text", "rule for failed runs: worst, refuse or exclude"
    yield "worst", test.worst, FIXED, "registered worst value, which a failed run counts as"
    yield "block", ", ".join(test.block) or None, "text", "settings within which the arms are compared"
    if test.folds:
        yield "folds", test.folds, "folds", "folds of the cross-validation"
    yield "order", test.order, "text", "how several claims share alpha: holm, or fixed order"
    yield "aggregate", test.aggregate, "text", "average over runs: mean, or interquartile mean (iqm)"
    yield "generalize_to", ", ".join(test.generalize_to), "text", "sources of variation that the intervals cover"


def _claims(builder: FactBuilder, comparison: Comparison) -> Iterator[Fact]:
    """Yield text, type and name of each claim."""
    claims = comparison.test.claims
    yield builder.fact("claims", len(claims), "claims", "claims of the registered test")
    for number, claim in enumerate(claims):
        rank = "primary" if claim.primary else "secondary"
        label = f"claim of {claim.type} ({rank}) that the test decides"
        text = claim_text(comparison, number)
        yield builder.fact(f"claim[{number + 1}]", text, "text", label, function=claim_text)
        yield builder.fact(f"claim[{number + 1}].type", claim.type, "text", "type of the claim")
        name = claim_name(comparison, number)
        label = "type and metric of the claim"
        yield builder.fact(f"claim[{number + 1}].name", name, "text", label, function=claim_name)
