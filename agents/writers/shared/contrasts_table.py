"""Build the table of the contrasts of the test."""

from __future__ import annotations

from agents.documents.document import Table
from agents.facts.subject import parse_subject
from agents.writers.shared.case_view import NONE, CaseView
from agents.writers.shared.few_runs import DASH_EXPLANATION, FEW
from agents.writers.shared.template_text import fact, verdict

_COLUMNS = {
    "Difference": ("difference",),
    "Confidence interval": ("low", "high"),
    "Hedges' g": ("hedges_g",),
}
_TESTS = {
    "p (permutation)": ("p_permutation",),
    "p (Welch)": ("p_welch",),
    "p (test items)": ("p_items",),
    "p (bootstrap)": ("p_bootstrap",),
    "p (corrected t)": ("p_corrected",),
}
_NEED_SEVERAL_RUNS = frozenset({"low", "hedges_g"})


def contrasts_table(view: CaseView) -> Table:
    """Return a table with one row for each contrast."""
    has_claims = view.count("test.claims") > 1
    columns = _COLUMNS | {name: part for name, part in _TESTS.items() if _is_measured(view, part)}
    if view.is_adjusted:
        columns["Adjusted p"] = ("p_adjusted",)
    if len(_levels(view)) > 1:
        columns["Level"] = ("confidence",)
    rows = tuple(
        (
            *((_claim(contrast),) if has_claims else ()),
            view.cell(f"{arm}.level"),
            *(_cell(view, contrast, names) for names in columns.values()),
            verdict(f"{contrast}.conclusion") if contrast in view.case.book.verdicts else NONE,
        )
        for contrast, arm in view.contrasts.items()
    )
    names = ("Claim",) if has_claims else ()
    return Table(
        id="contrasts",
        caption=_caption(view),
        columns=(*names, fact("test.factor"), *columns, "Verdict"),
        rows=rows,
        numeric=(*(False for _ in names), False, *(True for _ in columns), False),
    )


def _is_measured(view: CaseView, names: tuple[str, ...]) -> bool:
    return any(view.has(view.of_contrast(contrast, name)) for contrast in view.contrasts for name in names)


def _claim(contrast: str) -> str:
    """Return type and metric of the claim that a contrast belongs to."""
    owner = parse_subject(contrast).owner
    return fact(f"test.{owner}.name")


def _cell(view: CaseView, contrast: str, names: tuple[str, ...]) -> str:
    """Return a value or both limits of an interval, a dash if a part is missing or the arms have too few runs."""
    if _NEED_SEVERAL_RUNS.intersection(names) and _has_few_runs(view, contrast):
        return NONE
    ids = [view.of_contrast(contrast, name) for name in names]
    return " to ".join(map(fact, ids)) if all(map(view.has, ids)) else NONE


def _has_few_runs(view: CaseView, contrast: str) -> bool:
    return any(view.count(view.of_contrast(contrast, f"n_{arm}")) <= FEW for arm in ("treatment", "control"))


def _levels(view: CaseView) -> dict[object, str]:
    """Return the placeholder of each confidence level that occurs."""
    names = [view.of_contrast(contrast, "confidence") for contrast in view.contrasts]
    usable = [name for name, contrast in zip(names, view.contrasts, strict=True) if not _has_few_runs(view, contrast)]
    return {view.value(name): fact(name) for name in reversed(usable) if view.has(name)}


def _caption(view: CaseView) -> str:
    has_few = any(_has_few_runs(view, contrast) for contrast in view.contrasts)
    levels = tuple(_levels(view).values())
    interval = f", with {levels[0]} confidence intervals" if len(levels) == 1 else ""
    is_fixed = len(view.contrasts) > 1 and view.value("test.order") == "fixed"
    order = " The claims are tested in the registered order." if is_fixed else ""
    adjusted = " Adjusted p: Holm correction." if view.is_adjusted else ""
    mean = "interquartile mean" if view.value("test.aggregate") == "iqm" else "mean"
    control = f"{fact('test.factor')} = {fact('test.control')}"
    metric = "" if view.count("test.claims") > 1 else f" {fact('test.metric')}"
    few = DASH_EXPLANATION if has_few else ""
    return f"Difference in {mean}{metric} from the control, {control}{interval}.{order}{adjusted}{few}"
