"""Build the table of the contrasts of the test."""

from __future__ import annotations

from agents.documents.document import Table
from agents.writers.shared.case_view import NONE, CaseView
from agents.writers.shared.few_runs import DASH_EXPLANATION, FEW
from agents.writers.shared.template_text import fact, verdict

_NEED_SEVERAL_RUNS = frozenset({"low", "hedges_g"})


def contrasts_table(view: CaseView) -> Table:
    columns = {
        "Difference": ("difference",),
        "Confidence interval": ("low", "high"),
        "Hedges' g": ("hedges_g",),
        "p": ("p",),
    }
    if len(view.contrasts) > 1:
        columns["Adjusted p"] = ("p_adjusted",)
    rows = tuple(
        (
            view.cell(f"{arm}.level"),
            *(_cell(view, contrast, names) for names in columns.values()),
            verdict(f"{contrast}.conclusion") if contrast in view.case.book.verdicts else NONE,
        )
        for contrast, arm in view.contrasts.items()
    )
    return Table(
        id="contrasts",
        caption=_caption(view),
        columns=(fact("test.factor"), *columns, "Verdict"),
        rows=rows,
        numeric=(False, *(True for _ in columns), False),
    )


def _cell(view: CaseView, contrast: str, names: tuple[str, ...]) -> str:
    """Return a value or both limits of an interval, a dash if a part is missing or the arms have too few runs."""
    if _NEED_SEVERAL_RUNS.intersection(names) and _has_few_runs(view, contrast):
        return NONE
    ids = [view.of_metric(contrast, name) for name in names]
    return " to ".join(map(fact, ids)) if all(map(view.has, ids)) else NONE


def _has_few_runs(view: CaseView, contrast: str) -> bool:
    return any(view.count(view.of_metric(contrast, f"n_{arm}")) <= FEW for arm in ("treatment", "control"))


def _caption(view: CaseView) -> str:
    has_few = [_has_few_runs(view, contrast) for contrast in view.contrasts]
    levels = (view.of_metric(contrast, "confidence") for contrast in view.contrasts)
    level = next((fact(name) for name in levels if not all(has_few) and view.has(name)), "")
    interval = f", with {level} confidence intervals" if level else ""
    adjusted = " Adjusted p: Holm correction over the contrasts." if len(view.contrasts) > 1 else ""
    control = f"{fact('test.factor')} = {fact('test.control')}"
    few = DASH_EXPLANATION if any(has_few) else ""
    return f"Difference in mean {fact('test.metric')} from the control, {control}{interval}.{adjusted}{few}"
