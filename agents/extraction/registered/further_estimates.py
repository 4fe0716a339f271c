"""Extract the facts of further estimates: aggregates over blocks, and standard errors over seeds and test items."""

from __future__ import annotations

from collections.abc import Iterator

from agents.extraction.evidence import Evidence
from agents.extraction.registered.contrast_ids import contrast_id, facts_prefix, metric_of
from agents.facts.builder import FactBuilder, Function
from agents.facts.fact import Fact, Value
from agents.facts.units import unit_of
from agents.registered_test.aggregates import with_aggregates
from agents.registered_test.comparison import Comparison
from agents.registered_test.contrast import Aggregate, Contrast, ItemErrors
from agents.statistics import crossed_difference

_Entry = tuple[str, Value, str, str]  # name, value, unit and label


def further_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield the facts about each contrast of the registered test that has further estimates."""
    comparison = evidence.comparison
    if comparison is None:
        return
    for contrast in comparison.contrasts:
        if contrast.aggregate is not None:
            entries = _aggregate(contrast.aggregate, metric_of(comparison.test, contrast))
            yield from _facts(evidence, comparison, contrast, "aggregate", with_aggregates, entries)
        if contrast.item_errors is not None:
            entries = _item_errors(contrast.item_errors, metric_of(comparison.test, contrast))
            yield from _facts(evidence, comparison, contrast, "items", crossed_difference, entries)


def _facts(
    evidence: Evidence,
    comparison: Comparison,
    contrast: Contrast,
    kind: str,
    function: Function,
    entries: Iterator[_Entry],
) -> Iterator[Fact]:
    """Yield the facts of one contrast, whose ids begin with `kind`."""
    source, is_post_hoc = evidence.results.source, evidence.results.content.is_post_hoc
    prefix = f"{kind}.{facts_prefix(comparison.test, contrast)}"
    builder = FactBuilder(prefix, contrast_id(comparison.test, contrast), source, function, is_post_hoc)
    versus = f"{comparison.test.factor}={contrast.treatment} against {comparison.test.control}"
    n = contrast.n_treatment + contrast.n_control
    for name, value, unit, label in entries:
        yield builder.fact(name, value, unit, f"{label}, {versus}", n=n)


def _aggregate(aggregate: Aggregate, metric: str) -> Iterator[_Entry]:
    unit, iqm = unit_of(metric), f"interquartile mean of {metric} over the runs of all blocks"
    superiority = f"the probability that a run of the treatment does better than one of the control in {metric}"
    yield "blocks", aggregate.blocks, "blocks", "blocks within which the arms are compared"
    yield "runs", aggregate.runs, "runs", "smallest number of runs of an arm in a block"
    yield "iqm_treatment", aggregate.iqm_treatment, unit, f"{iqm}, of the treatment"
    yield "iqm_control", aggregate.iqm_control, unit, f"{iqm}, of the control"
    yield "iqm_difference", aggregate.iqm_difference, unit, f"difference of the {iqm}"
    missing = "" if aggregate.iqm_interval else " (not estimated: too few runs in a block, or pairs)"
    for name, interval, of, limit_unit in (
        ("iqm", aggregate.iqm_interval, f"the difference of the {iqm}", unit),
        ("superiority", aggregate.superiority_interval, superiority, "share"),
    ):
        low, high = (interval.low, interval.high) if interval else (None, None)
        yield f"{name}_low", low, limit_unit, f"lower confidence limit of {of}{missing}"
        yield f"{name}_high", high, limit_unit, f"upper confidence limit of {of}{missing}"
    level = round(100 * aggregate.iqm_interval.level, 10) if aggregate.iqm_interval else None
    yield "confidence", level, "percent", f"confidence level of these limits{missing}"


def _item_errors(errors: ItemErrors, metric: str) -> Iterator[_Entry]:
    unit, difference = unit_of(metric), f"the difference of mean {metric}"
    yield "items", errors.items, "items", "items of the test sets"
    yield "seed_error", errors.seed_error, unit, f"standard error of {difference} over seeds"
    yield "item_error", errors.item_error, unit, f"standard error of {difference} over test items"
