"""The registered test in numbers: every contrast of its family."""

from __future__ import annotations

from agents.documents.document import Table
from agents.writers.shared.case_view import CaseView, fact, fact_or_dash, verdict
from agents.writers.shared.required_statements import DASHED, FEW

_OF_SPREAD = frozenset({"low", "hedges_g"})


def contrasts_table(evidence: CaseView) -> Table:
    columns = {"Difference": ("difference",), "Interval": ("low", "high"), "Hedges' g": ("hedges_g",), "p": ("p",)}
    if len(evidence.contrasts) > 1:
        columns["Adjusted p"] = ("p_adjusted",)
    rows = tuple(
        (
            fact_or_dash(evidence, f"{arm}.level"),
            *(_cell(evidence, contrast, names) for names in columns.values()),
            verdict(f"{contrast}.conclusion") if contrast in evidence.case.book.verdicts else "–",
        )
        for contrast, arm in evidence.contrasts.items()
    )
    return Table(
        id="contrasts",
        caption=_caption(evidence),
        columns=(fact("test.factor"), *columns, "Conclusion"),
        rows=rows,
        numeric=(False, *(True for _ in columns), False),
    )


def _cell(evidence: CaseView, contrast: str, names: tuple[str, ...]) -> str:
    """A value, or both limits; a dash unless all of it was measured, and of what leans on the spread of few runs."""
    if _OF_SPREAD.intersection(names) and _has_few(evidence, contrast):
        return "–"
    ids = [evidence.of_metric(contrast, name) for name in names]
    return " to ".join(map(fact, ids)) if all(map(evidence.has, ids)) else "–"


def _has_few(evidence: CaseView, contrast: str) -> bool:
    return any(evidence.count(evidence.of_metric(contrast, f"n_{arm}")) <= FEW for arm in ("treatment", "control"))


def _caption(evidence: CaseView) -> str:
    levels = (evidence.of_metric(contrast, "confidence") for contrast in evidence.contrasts)
    drawn = any(not _has_few(evidence, contrast) for contrast in evidence.contrasts)
    level = next((fact(name) for name in levels if drawn and evidence.has(name)), "")
    interval = f", with {level} intervals" if level else ""
    adjusted = " Adjusted p is after Holm over the family." if len(evidence.contrasts) > 1 else ""
    control = f"{fact('test.factor')} = {fact('test.control')}"
    few = DASHED if any(_has_few(evidence, one) for one in evidence.contrasts) else ""
    return f"Difference of mean {fact('test.metric')} from the control {control}{interval}.{adjusted}{few}"
