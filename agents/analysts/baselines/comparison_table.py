"""Build the table of the comparisons of all arms with all references."""

from __future__ import annotations

from collections.abc import Sequence

from agents.analysts.baselines.comparisons import ReferenceComparison, comparison_facts
from agents.analysts.shared.table_cells import NONE, fact_cell
from agents.documents.document import Table

NAME = "against-known-results"


def comparison_table(comparisons: Sequence[ReferenceComparison]) -> Table | None:
    """Return the table, None without comparisons. Each reference is named in its first row."""
    if not comparisons:
        return None
    previous_references = (None, *(comparison.reference for comparison in comparisons))
    return Table(
        id=NAME,
        caption="Comparison of every arm with every reference (post hoc). The difference is arm minus reference. "
        f"Verdicts are based on the {_level(comparisons)}intervals and the margins. p: test of the difference, with "
        "Benjamini-Hochberg correction over the table. A dash means that the value was not computed.",
        columns=("Reference", "Arm", "Difference", "Interval", "Hedges' g", "p", "Verdict"),
        rows=tuple(
            _row(comparison, is_first=comparison.reference is not previous_reference)
            for comparison, previous_reference in zip(comparisons, previous_references, strict=False)
        ),
        numeric=(False, True, True, True, True, True, False),
    )


def _level(comparisons: Sequence[ReferenceComparison]) -> str:
    """Return the placeholder of the confidence level, "" if the intervals have different levels."""
    by_level = {
        comparison.judgement.confidence: comparison
        for comparison in comparisons
        if comparison.judgement.confidence is not None
    }
    return f"{{{{f:{next(iter(by_level.values())).key}.confidence}}}} " if len(by_level) == 1 else ""


def _row(comparison: ReferenceComparison, *, is_first: bool) -> tuple[str, ...]:
    has_value = {fact.id for fact in comparison_facts(comparison) if fact.value is not None}

    def cell(name: str) -> str:
        return fact_cell(has_value, f"{comparison.key}.{name}")

    reference = comparison.reference.placeholder if is_first else ""
    arm = "all runs" if comparison.arm.name == "all runs" else comparison.arm.level
    low, high = cell("low"), cell("high")
    interval = NONE if NONE in (low, high) else f"{low} to {high}"
    numbers = (cell("difference"), interval, cell("hedges_g"), cell("p_adjusted"))
    return (reference, arm, *numbers, f"{{{{v:{comparison.key}.conclusion}}}}")
