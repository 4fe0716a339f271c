"""The baseline analyst: how the arms stand to the control, to the parent, and to what was recorded elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated, Recommendation
from agents.analysis.tasks import Task
from agents.analysts.baselines.comparison_table import NAME as TABLE
from agents.analysts.baselines.comparison_table import comparison_table
from agents.analysts.baselines.comparisons import ReferenceComparison, compare_with_references, comparison_facts
from agents.analysts.baselines.equivalence import (
    EquivalenceResult,
    equivalence_facts,
    equivalence_results,
    equivalence_verdict,
)
from agents.analysts.baselines.forest_plot import NAME as FIGURE
from agents.analysts.baselines.forest_plot import forest_plot
from agents.analysts.baselines.reference import Reference, parent_references, recorded_references
from agents.analysts.baselines.verdicts import arm_verdict, reference_verdict
from agents.analysts.shared.arm_runs import arm_runs
from agents.context.case import Case
from agents.context.trials import aim
from agents.facts.subject import parse_subject

NAME = "baseline_comparison"
_ALPHA = 0.05  # where no test was registered


def analyse(case: Case, task: Task, figures: Path) -> Analysis:
    references = (*parent_references(case, *aim(case)), *recorded_references(case))
    alpha = float((case.spec.get("compare") or {}).get("alpha", _ALPHA))
    held = compare_with_references(arm_runs(case), references, case.book.facts, alpha)
    groups = [[one for one in held if one.reference is each] for each in references] if held else []
    alike = tuple(equivalence_results(case))
    figure = forest_plot(held, figures)
    table = comparison_table(held)
    return Analysis(
        analyst=NAME,
        experiment_id=case.experiment_id,
        title="Against control, parent and known results",
        summary=_summary(case, held),
        findings=(
            *_control_findings(case),
            *map(_alike_finding, alike),
            *(finding for group in groups for finding in _findings(group)),
            *_exhibits(held, is_drawn=figure is not None),
            *_unjudged(held),
        ),
        recommendations=tuple(one for group in groups for one in _recommendations(group)),
        not_estimated=tuple(_not_estimated(case, task, references)),
        tables=(table,) if table else (),
        figures=(figure,) if figure else (),
        facts=tuple(fact.to_json() for fact in _facts(references, held, alike)),
        verdicts=tuple(
            one.to_json()
            for one in (*map(equivalence_verdict, alike), *map(reference_verdict, groups), *map(arm_verdict, held))
        ),
    )


def _facts(
    references: Sequence[Reference], held: Sequence[ReferenceComparison], alike: Sequence[EquivalenceResult]
) -> Iterator[Any]:
    for reference in references:
        yield from reference.facts
    for one in held:
        yield from comparison_facts(one)
    for each in alike:
        yield from equivalence_facts(each)


def _summary(case: Case, held: Sequence[ReferenceComparison]) -> str:
    is_tested = "hypothesis" in case.book.verdicts and case.spec.get("compare")
    test = "The verdict on the hypothesis: *{{v:hypothesis.conclusion}}*." if is_tested else "No test was registered."
    if not held:
        return f"{test} Neither a parent with usable runs nor a recorded baseline is there to compare with."
    known = dict.fromkeys(one.reference.slot for one in held)
    return f"{test} What else is known is compared after the fact: {', '.join(known)}."


def _control_findings(case: Case) -> Iterator[Finding]:
    """From the registered comparison; nothing is tested again."""
    for name, verdict in case.book.verdicts.items():
        if parse_subject(name).kind == "contrast":
            text = f"{{{{v:{name}.sentence}}}}"
            yield Finding(id=f"control.{name}", text=text, facts=verdict.facts, verdicts=(name,))


def _alike_finding(one: EquivalenceResult) -> Finding:
    verdict = equivalence_verdict(one)
    text = f"{{{{v:{verdict.id}.sentence}}}}"
    return Finding(id=verdict.id, text=text, facts=verdict.facts, verdicts=(verdict.id,))


def _findings(group: Sequence[ReferenceComparison]) -> Iterator[Finding]:
    """All judged arms in a sentence, and what was left out; the table has the numbers of each."""
    verdict, judged = reference_verdict(group), [one for one in group if one.judgement.conclusion != "not judged"]
    left_out = "".join(_left_out(one) for one in group if one.left_out)
    facts = tuple(dict.fromkeys((*verdict.facts, *(f"{one.key}.left_out" for one in group if one.left_out))))
    verdicts = (verdict.id, *(one.key for one in judged))
    if judged:
        text = f"{{{{v:{verdict.id}.sentence}}}}{left_out}"
        yield Finding(id=verdict.id, text=text, facts=facts, verdicts=verdicts)
    elif left_out:
        yield Finding(id=f"{verdict.id}.left-out", kind="limitation", text=left_out.strip(), facts=facts)


def _exhibits(held: Sequence[ReferenceComparison], *, is_drawn: bool) -> Iterator[Finding]:
    if held:
        drawn = f", and {{{{ref:{FIGURE}}}}} draws them" if is_drawn else ""
        text = f"{{{{ref:{TABLE}}}}} has the difference of every arm from every known result{drawn}."
        yield Finding(id="exhibits", text=text)


def _unjudged(held: Sequence[ReferenceComparison]) -> Iterator[Finding]:
    """What no verdict was made of, and why: the known results that share the reason in a sentence."""
    groups: dict[tuple[str, str], list[ReferenceComparison]] = {}
    for one in held:
        if one.judgement.conclusion == "not judged":
            is_whole = all(each.judgement.why for each in held if each.reference is one.reference)
            groups.setdefault((one.judgement.why, "" if is_whole else one.with_slot), []).append(one)
    for at, ((why, arm), group) in enumerate(groups.items()):
        slots = list(dict.fromkeys(one.reference.slot for one in group))
        named = f"{', '.join(slots[:-1])} and {slots[-1]}" if len(slots) > 1 else slots[0]
        text = f"Against {named} nothing was judged{f' {arm}' if arm else ''}, because {why}."
        facts = tuple(dict.fromkeys(name for one in group for name in arm_verdict(one).facts))
        verdicts = tuple(one.key for one in group)
        yield Finding(id=f"unjudged.{at}", kind="limitation", text=text, facts=facts, verdicts=verdicts)


def _left_out(one: ReferenceComparison) -> str:
    are, them = ("is", "it") if one.left_out == 1 else ("are", "them")
    of, number = f"Of the runs {one.with_slot}", f"{{{{f:{one.key}.left_out}}}}"
    what = f"the comparison with {one.reference.slot}, which has {them} too"
    return f" {of}, {number} {are} left out of {what}."


def _recommendations(group: Sequence[ReferenceComparison]) -> Iterator[Recommendation]:
    asked = {
        "regressed": "Ask what WHAT has that these settings lack: the verdict against it, over all judged arms, is",
        "inconclusive": "Add seeds to settle the comparison with WHAT, whose verdict is",
    }
    verdict = reference_verdict(group)
    if verdict.conclusion in asked:
        opening = asked[verdict.conclusion].replace("WHAT", group[0].reference.slot)
        yield Recommendation(text=f"{opening} *{{{{v:{verdict.id}.conclusion}}}}*.", facts=verdict.facts)


def _not_estimated(case: Case, task: Task, references: Sequence[Reference]) -> Iterator[NotEstimated]:
    yield from (NotEstimated(what=one.what, why=one.why) for one in task.untestable)
    if case.spec.get("parent") and not any(one.is_parent for one in references):
        yield NotEstimated(what="The comparison with the parent", why="No run of the parent has a usable value.")
    if all(one.is_parent for one in references):
        yield NotEstimated(
            what="The comparison with known results",
            why="No baseline is recorded for this experiment; they are files in `conf/baseline/`.",
        )
