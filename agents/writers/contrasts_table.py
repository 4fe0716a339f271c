"""The registered test in numbers: every contrast of its family."""

from __future__ import annotations

from agents.documents.document import Table
from agents.writers.evidence import Evidence, fact, told_or_dash, verdict


def contrasts_table(evidence: Evidence) -> Table:
    what = ("difference", "low", "high", "confidence", "hedges_g", "p", "p_adjusted")
    rows = tuple(
        (
            told_or_dash(evidence, f"{arm}.level"),
            *(told_or_dash(evidence, evidence.of_metric(contrast, each)) for each in what),
            verdict(f"{contrast}.conclusion") if contrast in evidence.case.book.verdicts else "–",
        )
        for contrast, arm in evidence.contrasts.items()
    )
    return Table(
        id="contrasts",
        caption=f"Difference of mean {fact('test.metric')} from the control {fact('test.factor')} = "
        f"{fact('test.control')}. Low and high are the limits of an interval at the level given. Adjusted p is after "
        "Holm over the family",
        columns=(
            fact("test.factor"),
            "Difference",
            "Low",
            "High",
            "Level",
            "Hedges' g",
            "p",
            "Adjusted p",
            "Conclusion",
        ),
        rows=rows,
        numeric=(False, *(True,) * 7, False),
    )
