"""The baseline analyst: compare the arms with the control, the parent and recorded results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated
from agents.analysis.tasks import Task
from agents.analysts.baselines.comparison_findings import comparison_findings, recommendations
from agents.analysts.baselines.comparison_table import comparison_table
from agents.analysts.baselines.comparisons import ReferenceComparison, compare_with_references, comparison_facts
from agents.analysts.baselines.equivalence import equivalence_facts, equivalence_results, equivalence_verdict
from agents.analysts.baselines.forest_plot import forest_plot
from agents.analysts.baselines.parent_references import parent_references
from agents.analysts.baselines.recorded_references import recorded_references
from agents.analysts.baselines.reference import Reference
from agents.analysts.baselines.verdicts import arm_verdict, reference_verdict
from agents.analysts.shared.arm_runs import arm_runs
from agents.context.case import Case
from agents.context.trials import objective
from agents.facts.subject import parse_subject
from agents.facts.verdict import Verdict

NAME = "baseline_comparison"
_ALPHA = 0.05  # used if no test was registered


def analyse(case: Case, task: Task, figures: Path) -> Analysis:
    """Compare the arms with all references. Figures are written to `figures`."""
    aim = objective(case)
    references = (*parent_references(case, aim.metric, aim.goal), *recorded_references(case))
    alpha = case.test.alpha if case.test else _ALPHA
    comparisons = compare_with_references(arm_runs(case), references, case.book.facts, alpha)
    by_reference = _by_reference(comparisons)
    equivalences = tuple(equivalence_results(case))
    equivalence_verdicts = tuple(map(equivalence_verdict, equivalences))
    table, figure = comparison_table(comparisons), forest_plot(comparisons, figures)
    facts = (
        *(fact for reference in references for fact in reference.facts),
        *(fact for comparison in comparisons for fact in comparison_facts(comparison)),
        *(fact for equivalence in equivalences for fact in equivalence_facts(equivalence)),
    )
    verdicts = (*equivalence_verdicts, *map(reference_verdict, by_reference), *map(arm_verdict, comparisons))
    return Analysis(
        analyst=NAME,
        experiment_id=case.experiment_id,
        title="Comparison with control, parent and recorded results",
        summary=_summary(case, comparisons),
        findings=(
            *_control_findings(case),
            *map(_verdict_finding, equivalence_verdicts),
            *comparison_findings(comparisons, by_reference, is_drawn=figure is not None),
        ),
        recommendations=tuple(recommendations(by_reference)),
        not_estimated=tuple(_not_estimated(case, task, references)),
        tables=(table,) if table else (),
        figures=(figure,) if figure else (),
        facts=tuple(fact.to_json() for fact in facts),
        verdicts=tuple(verdict.to_json() for verdict in verdicts),
    )


def _by_reference(comparisons: Sequence[ReferenceComparison]) -> list[list[ReferenceComparison]]:
    groups: dict[str, list[ReferenceComparison]] = {}
    for comparison in comparisons:
        groups.setdefault(comparison.reference.key, []).append(comparison)
    return list(groups.values())


def _summary(case: Case, comparisons: Sequence[ReferenceComparison]) -> str:
    has_verdict = "hypothesis" in case.book.verdicts and case.test is not None
    verdict = "The verdict of the test is *{{v:hypothesis.conclusion}}*." if has_verdict else ""
    test = verdict or "No test was registered."
    if not comparisons:
        return f"{test} There is neither a parent with usable runs nor a recorded baseline to compare with."
    references = dict.fromkeys(comparison.reference.placeholder for comparison in comparisons)
    return f"{test} The arms were also compared with these references (post hoc): {', '.join(references)}."


def _control_findings(case: Case) -> Iterator[Finding]:
    """Yield a finding with the verdict of each contrast of the registered test. The contrasts are not tested again."""
    for name, verdict in case.book.verdicts.items():
        if parse_subject(name).kind == "contrast":
            text = f"{{{{v:{name}.sentence}}}}"
            yield Finding(id=f"control.{name}", text=text, facts=verdict.facts, verdicts=(name,))


def _verdict_finding(verdict: Verdict) -> Finding:
    text = f"{{{{v:{verdict.id}.sentence}}}}"
    return Finding(id=verdict.id, text=text, facts=verdict.facts, verdicts=(verdict.id,))


def _not_estimated(case: Case, task: Task, references: Sequence[Reference]) -> Iterator[NotEstimated]:
    yield from (NotEstimated(what=question.what, why=question.why) for question in task.untestable)
    if case.spec.get("parent") and not any(reference.is_parent for reference in references):
        yield NotEstimated(what="The comparison with the parent", why="No run of the parent has a usable value.")
    if all(reference.is_parent for reference in references):
        yield NotEstimated(
            what="The comparison with recorded results",
            why="No baseline is recorded for this experiment in `conf/baseline/`.",
        )
