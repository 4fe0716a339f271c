"""State further estimates of the effects: aggregates over blocks, and standard errors over seeds and test items."""

from __future__ import annotations

from collections.abc import Iterator

from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact


def further_estimates(view: CaseView) -> Iterator[str]:
    """Yield the sentences about each treatment and metric. Contrasts of several claims about them have equal values."""
    described: set[tuple[str, str]] = set()
    for contrast, arm in view.contrasts.items():
        key = (arm, view.contrast_metrics[contrast])
        if key not in described:
            described.add(key)
            yield from _aggregates(view, contrast, arm)
            yield from _standard_errors(view, contrast, arm)


def _aggregates(view: CaseView, contrast: str, arm: str) -> Iterator[str]:
    """Yield the interquartile means over all blocks and the probability of improvement, with intervals if estimated."""
    prefix = f"aggregate.{view.of_contrast(contrast, '')}"
    if not view.has(f"{prefix}blocks"):
        return
    metric = view.contrast_metrics[contrast]
    yield (
        f"Over {fact(f'{prefix}blocks')} blocks, the interquartile mean of {metric} with {view.setting(arm)} was "
        f"{fact(f'{prefix}iqm_treatment')}, and that of the control {fact(f'{prefix}iqm_control')}. The difference is "
        f"{fact(f'{prefix}iqm_difference')}{_interval(view, prefix, 'iqm')}."
    )
    improvement = view.of_contrast(contrast, "superiority")
    if view.has(improvement):
        yield f"The probability of improvement is {fact(improvement)}{_interval(view, prefix, 'superiority')}."


def _interval(view: CaseView, prefix: str, name: str) -> str:
    """Return the confidence interval in brackets, or why it was not estimated."""
    low, high, level = (f"{prefix}{part}" for part in (f"{name}_low", f"{name}_high", "confidence"))
    if not all(map(view.has, (low, high, level))):
        return " (no interval, because a block has too few runs or the runs are pairs)"
    return f" ({fact(level)} confidence interval {fact(low)} to {fact(high)}, not adjusted for several contrasts)"


def _standard_errors(view: CaseView, contrast: str, arm: str) -> Iterator[str]:
    prefix = f"items.{view.of_contrast(contrast, '')}"
    seeds, errors, items = (f"{prefix}{name}" for name in ("seed_error", "item_error", "items"))
    if view.has(seeds) and view.has(errors):
        yield (
            f"With {view.setting(arm)}, the standard error of the difference to the control is {fact(seeds)} over "
            f"seeds and {fact(errors)} over test items ({fact(items)} items)."
        )
