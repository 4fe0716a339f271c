"""The registered test in numbers: every contrast of its family."""

from __future__ import annotations

from agents.documents.document import Table
from agents.writers.evidence import Evidence, fact, told_or_dash, verdict


def contrasts_table(evidence: Evidence) -> Table:
    what = ("difference", "low", "high", "hedges_g", "p", "p_adjusted")
    rows = tuple(
        (
            told_or_dash(evidence, f"{arm}.level"),
            *(told_or_dash(evidence, evidence.of_metric(contrast, each)) for each in what),
            verdict(f"{contrast}.conclusion") if contrast in evidence.case.book.verdicts else "–",
        )
        for contrast, arm in evidence.contrasts.items()
    )
    level = next((evidence.of_metric(one, "confidence") for one in evidence.contrasts), "")
    confidence = f"The limits are those of a {fact(level)} interval. " if evidence.has(level) else ""
    return Table(
        id="contrasts",
        caption=f"Difference of mean {fact('test.metric')} from the control {fact('test.factor')} = "
        f"{fact('test.control')}. {confidence}Adjusted p is after Holm over the family",
        columns=(fact("test.factor"), "Difference", "Low", "High", "Hedges' g", "p", "Adjusted p", "Conclusion"),
        rows=rows,
        numeric=(False, *(True,) * 6, False),
    )
