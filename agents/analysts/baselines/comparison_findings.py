"""Findings and recommendations from the comparisons with references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Finding, Recommendation
from agents.analysts.baselines.comparison_table import NAME as TABLE
from agents.analysts.baselines.comparisons import ReferenceComparison
from agents.analysts.baselines.forest_plot import NAME as FIGURE
from agents.analysts.baselines.verdicts import arm_verdict, reference_verdict

Comparisons = Sequence[ReferenceComparison]
_ADVICE = {
    "regressed": "Investigate what REFERENCE has that these settings lack. The verdict against it, over all judged "
    "arms, is",
    "inconclusive": "Add seeds to decide the comparison with REFERENCE, whose verdict is",
}


def comparison_findings(
    comparisons: Comparisons, by_reference: Sequence[Comparisons], *, is_drawn: bool
) -> Iterator[Finding]:
    """Yield the verdict on each reference, a sentence about the table, and the comparisons without a verdict."""
    for group in by_reference:
        yield from _reference_findings(group)
    if comparisons:
        figure = f", and {{{{ref:{FIGURE}}}}} shows them" if is_drawn else ""
        text = f"{{{{ref:{TABLE}}}}} lists the difference of every arm from every reference{figure}."
        yield Finding(id="exhibits", text=text)
    yield from _unjudged_findings(comparisons)


def recommendations(by_reference: Sequence[Comparisons]) -> Iterator[Recommendation]:
    for group in by_reference:
        verdict = reference_verdict(group)
        if verdict.conclusion in _ADVICE:
            advice = _ADVICE[verdict.conclusion].replace("REFERENCE", group[0].reference.placeholder)
            yield Recommendation(text=f"{advice} *{{{{v:{verdict.id}.conclusion}}}}*.", facts=verdict.facts)


def _reference_findings(group: Comparisons) -> Iterator[Finding]:
    """Yield the verdict over all judged arms and the excluded runs. The numbers of each arm are in the table."""
    verdict, judged = reference_verdict(group), [comparison for comparison in group if comparison.is_judged]
    with_excluded = [comparison for comparison in group if comparison.excluded]
    excluded = " ".join(map(_excluded_runs, with_excluded))
    facts = tuple(dict.fromkeys((*verdict.facts, *(f"{comparison.key}.left_out" for comparison in with_excluded))))
    if judged:
        text = f"{{{{v:{verdict.id}.sentence}}}} {excluded}".strip()
        names = (verdict.id, *(comparison.key for comparison in judged))
        yield Finding(id=verdict.id, text=text, facts=facts, verdicts=names)
    elif excluded:
        yield Finding(id=f"{verdict.id}.left-out", kind="limitation", text=excluded, facts=facts)


def _unjudged_findings(comparisons: Comparisons) -> Iterator[Finding]:
    """Yield a finding for each reason why comparisons have no verdict, with all references to which the reason applies.

    The arm is named only if the comparisons of other arms with the same reference were judged or have another reason.
    """
    groups: dict[tuple[str, str], list[ReferenceComparison]] = {}
    for comparison in comparisons:
        if not comparison.is_judged:
            arm = "" if _has_same_reason_for_all_arms(comparisons, comparison) else comparison.arm.phrase
            groups.setdefault((comparison.judgement.why, arm), []).append(comparison)
    for index, ((why, arm), group) in enumerate(groups.items()):
        *others, last = dict.fromkeys(comparison.reference.placeholder for comparison in group)
        references = f"{', '.join(others)} and {last}" if others else last
        text = f"No verdict was computed against {references}{f' {arm}' if arm else ''}, because {why}."
        facts = tuple(dict.fromkeys(name for comparison in group for name in arm_verdict(comparison).facts))
        verdicts = tuple(comparison.key for comparison in group)
        yield Finding(id=f"unjudged.{index}", kind="limitation", text=text, facts=facts, verdicts=verdicts)


def _has_same_reason_for_all_arms(comparisons: Comparisons, comparison: ReferenceComparison) -> bool:
    others = (other for other in comparisons if other.reference is comparison.reference)
    return all(other.judgement.why == comparison.judgement.why for other in others)


def _excluded_runs(comparison: ReferenceComparison) -> str:
    runs, were = ("run", "was") if comparison.excluded == 1 else ("runs", "were")
    return (
        f"In the comparison with {comparison.reference.placeholder}, {{{{f:{comparison.key}.left_out}}}} {runs} "
        f"{comparison.arm.phrase} {were} excluded because the reference contains the same {runs}."
    )
