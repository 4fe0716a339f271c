"""Every arm against every known result, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from agents.analysts.baselines.comparisons import ReferenceComparison, comparison_facts
from agents.documents.document import Table

NAME = "against-known-results"
_NONE = "–"


def comparison_table(held: Sequence[ReferenceComparison]) -> Table | None:
    if not held:
        return None
    return Table(
        id=NAME,
        caption="Every arm against every known result, after the fact: difference of the mean, and the limits and the"
        f" effect size where there are runs enough. The verdict rests on the limits{_level(held)} and the margin; p,"
        " after Benjamini-Hochberg over the table, is of the difference.",
        columns=("Known result", "Arm", "Difference", "Limits", "Hedges' g", "p", "Verdict"),
        rows=tuple(
            _row(one, is_opening=not at or held[at - 1].reference is not one.reference) for at, one in enumerate(held)
        ),
        numeric=(False, True, True, True, True, True, False),
    )


def _level(held: Sequence[ReferenceComparison]) -> str:
    """That of the tests, where all have the same: arms that share alpha have wide limits."""
    levels = {one.judgement.confidence: one for one in held if one.judgement.confidence is not None}
    return f", which are at {{{{f:{next(iter(levels.values())).key}.confidence}}}}," if len(levels) == 1 else ""


def _row(one: ReferenceComparison, *, is_opening: bool) -> tuple[str, ...]:
    """The known result is named in its opening row."""
    facts = {fact.id: fact for fact in comparison_facts(one)}

    def cell(name: str) -> str:
        fact = facts.get(f"{one.key}.{name}")
        return f"{{{{f:{one.key}.{name}}}}}" if fact is not None and fact.value is not None else _NONE

    level = "all runs" if one.arm.name == "all runs" else one.arm.level
    named, low, high = one.reference.slot if is_opening else "", cell("low"), cell("high")
    limits = _NONE if _NONE in (low, high) else f"{low} to {high}"
    numbers = (cell("difference"), limits, cell("hedges_g"), cell("p_adjusted"))
    return (named, level, *numbers, f"{{{{v:{one.key}.conclusion}}}}")
